//! `ring3 explain`: what a diagnostic's code means.

use std::process::ExitCode;

use clap::Args;

use crate::cmd::{Error, host, status};
use crate::lang::explain;

/// What `ring3 explain --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 explain R0203    what error[R0203] means
  ring3 explain --list   every code with its title";

/// `ring3 explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// Show every code with its title
    #[arg(long, conflicts_with = "code")]
    pub list: bool,

    /// The code, as R0203
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
}

/// Prints what a code means, or all codes.
///
/// # Errors
/// [`Error::Usage`] if there is no such code.
pub fn explain(explain: &Explain) -> Result<ExitCode, Error> {
    let text = match &explain.code {
        Some(code) => explain::explain(code).map_err(Error::Usage)?,
        None => explain::list(),
    };
    let printed = host::tell(&text);
    Ok(if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(status::PIPE_CLOSED) })
}
