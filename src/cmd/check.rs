//! `ring3 check`: looks for mistakes without running.

use std::process::ExitCode;

use crate::cmd::args::{Check, Emit};
use crate::cmd::{Error, host, source, status};
use crate::lang::disassemble::disassemble;

/// Checks each script; status 2 if one has errors.
///
/// # Errors
/// [`Error`] if a file can not be read or standard output not be written.
pub fn check(check: &Check) -> Result<ExitCode, Error> {
    let color = host::wants_color(check.color);
    let mut good = true;
    for path in &check.files {
        let script = source::read(path, color)?;
        let Some((compiled, ..)) = script.and_then(|script| source::compile(script, color)) else {
            good = false;
            continue;
        };
        if check.emit == Some(Emit::Bytecode) {
            let listing: String = compiled.images.iter().map(disassemble).collect();
            if host::print(listing.as_bytes()).is_err() {
                return Ok(ExitCode::from(status::PIPE_CLOSED));
            }
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(status::USAGE) })
}
