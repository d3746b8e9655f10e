//! `ring3 completions`: prints what a shell needs to complete the command line.

use std::process::ExitCode;

use clap::CommandFactory;

use crate::cmd::args::{Cli, Completions};
use crate::cmd::{Error, host, status};

/// Prints the script that the shell reads.
///
/// # Errors
/// None; a reader that went away is a status.
pub fn completions(completions: &Completions) -> Result<ExitCode, Error> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Cli::command(), "ring3", &mut script);
    Ok(if host::print(&script).is_ok() { ExitCode::SUCCESS } else { ExitCode::from(status::PIPE_CLOSED) })
}
