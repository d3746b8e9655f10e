//! `ring3 completions`: prints what a shell needs to complete the command line.

use std::process::ExitCode;

use clap::{Args, CommandFactory};

use crate::cmd::args::Cli;
use crate::cmd::{Error, host, status};

/// What `ring3 completions --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 completions bash > ~/.local/share/bash-completion/completions/ring3
  ring3 completions zsh > ~/.zfunc/_ring3
  ring3 completions fish > ~/.config/fish/completions/ring3.fish";

/// `ring3 completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Prints the script that the shell reads.
///
/// # Errors
/// None; a reader that went away is a status.
pub fn completions(completions: &Completions) -> Result<ExitCode, Error> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Cli::command(), "ring3", &mut script);
    Ok(if host::print(&script).is_ok() { ExitCode::SUCCESS } else { ExitCode::from(status::PIPE_CLOSED) })
}
