//! `ring3 check`: looks for mistakes without running.

use std::process::ExitCode;

use crate::cmd::args::{Check, Emit};
use crate::cmd::mistakes::{self, Form};
use crate::cmd::{Error, host, source, status};
use crate::lang::diagnostic::Diagnostic;
use crate::lang::disassemble::disassemble;

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
