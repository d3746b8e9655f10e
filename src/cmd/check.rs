//! `ring3 check`: looks for mistakes without running.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::cmd::args::Color;
use crate::cmd::mistakes::{self, Form};
use crate::cmd::{Error, host, source, status};
use crate::lang::diagnostic::Diagnostic;
use crate::lang::disassemble::disassemble;

/// What `ring3 check --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 check hello.r3                  tell its mistakes
  ring3 check --format short *.r3       a line each, for an editor
  ring3 check --format json - < x.r3    an object each, see docs/diagnostics.md
  ring3 check --emit bytecode hello.r3  print the instructions

Exit status: 0; 2 if a script has errors.";

/// `ring3 check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Print what the script is compiled to
    #[arg(long, value_enum)]
    pub emit: Option<Emit>,

    /// How mistakes are told
    #[arg(long, value_enum, default_value_t)]
    pub format: Form,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// The scripts; - is standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

/// What `ring3 check` can print.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Emit {
    /// The instructions of each image.
    Bytecode,
}

/// Checks each script; status 2 if one has errors.
///
/// # Errors
/// [`Error`] if a file can not be read.
pub fn check(check: &Check) -> Result<ExitCode, Error> {
    let color = host::wants_color(check.color);
    let mut good = true;
    for path in &check.files {
        let mut listing = String::new();
        let (diagnostics, sources) = match source::read_text(path)? {
            Err((diagnostic, source)) => (vec![diagnostic], vec![source]),
            Ok(script) => {
                let judged = source::judge(script);
                if let (Some((compiled, ..)), Some(Emit::Bytecode)) = (&judged.ready, check.emit) {
                    listing = compiled.images.iter().map(disassemble).collect();
                }
                (judged.diagnostics, judged.sources)
            }
        };
        good &= !diagnostics.iter().any(Diagnostic::is_error);
        let said = mistakes::text(&diagnostics, &sources, check.format, color);
        if check.format == Form::Human {
            host::say(&said);
        } else {
            listing.insert_str(0, &said);
        }
        if host::tell(&listing).is_err() {
            return Ok(ExitCode::from(status::PIPE_CLOSED));
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(status::USAGE) })
}
