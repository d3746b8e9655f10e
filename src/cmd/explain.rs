//! `ring3 explain`: what a diagnostic's code means.

use std::process::ExitCode;

use crate::cmd::args::Explain;
use crate::cmd::{Error, host, status};
use crate::lang::explain;

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
