//! The `ring3` command: the only code that sees the host.
//!
//! Each subcommand is a file. What fails on the host is an [`Error`]; what fails in a script is told by its
//! diagnostics and reports.

mod again;
mod args;
mod charset;
mod check;
mod completions;
mod diff;
pub mod doc;
mod explain;
mod explore;
mod fmt;
mod host;
mod keyboard;
pub mod man;
pub mod mistakes;
pub mod races;
mod repl;
pub mod report;
mod run;
pub mod settings;
mod source;
pub mod test;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::base::spelling::did_you_mean;

pub use args::Cli;

/// The exit statuses that are not the script's own.
mod status {
    /// Two traces are not the same.
    pub const DIFFERENT: u8 = 1;
    /// Bad usage, or a script that does not compile.
    pub const USAGE: u8 = 2;
    /// The run went well, but tasks raced: ThreadSanitizer's number.
    pub const RACES: u8 = 66;
    /// A limit was reached.
    pub const LIMIT: u8 = 124;
    /// Nobody can run any more.
    pub const DEADLOCK: u8 = 125;
    /// Ctrl-C.
    pub const INTERRUPTED: u8 = 130;
    /// The reader of the output went away: 128 + SIGPIPE.
    pub const PIPE_CLOSED: u8 = 141;
}

/// The host failed, or was asked for something that it does not have.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {path}: {}", plainly(source))]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {}", plainly(source))]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The machine does not start.
    #[error("{0}")]
    Start(#[from] crate::system::StartError),
    /// An argument makes no sense.
    #[error("{0}")]
    Usage(String),
}

/// What the host says of an error, without its number.
fn plainly(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// The command that a file which is not there was perhaps meant to be, as in `ring3 chekc x.r3`.
fn meant(error: &Error) -> Option<String> {
    let Error::Read { path, source } = error else { return None };
    let name = path.to_str().filter(|_| source.kind() == std::io::ErrorKind::NotFound)?;
    let cli = <Cli as clap::CommandFactory>::command();
    let command = did_you_mean(name, cli.get_subcommands().map(clap::Command::get_name))?;
    Some(format!("; did you mean the command `{command}`?"))
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    host::install_panic_hook();
    let arguments = args::with_subcommand(std::env::args_os().collect(), host::has_keyboard());
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let failed = error.use_stderr();
            // Nothing can be told if the terminal is gone.
            let _ = error.print();
            return if failed { ExitCode::from(status::USAGE) } else { ExitCode::SUCCESS };
        }
    };
    let done = match cli.command {
        args::Command::Run(run) => run::run(&run),
        args::Command::Check(check) => check::check(&check),
        args::Command::Explore(explore) => explore::explore(&explore),
        args::Command::Completions(completions) => completions::completions(&completions),
        args::Command::Man(man) => man::man(&man),
        args::Command::Test(test) => test::test(&test),
        args::Command::Repl(repl) => repl::repl(&repl),
        args::Command::Why(why) => why::why(&why),
        args::Command::Diff(diff) => diff::diff(&diff),
        args::Command::Fmt(fmt) => fmt::fmt(&fmt),
        args::Command::Explain(explain) => explain::explain(&explain),
        args::Command::Doc(doc) => doc::doc(&doc),
    };
    done.unwrap_or_else(|error| {
        host::say(&format!("ring3: {error}{}\n", meant(&error).unwrap_or_default()));
        ExitCode::from(status::USAGE)
    })
}
