//! `ring3 check`: looks for mistakes without running.

use std::process::ExitCode;

use crate::base::span::SourceFile;
use crate::cmd::args::{Check, Emit};
use crate::cmd::{Error, host, settings, source, status};
use crate::lang::diagnostic::render;
use crate::lang::disassemble::disassemble;
use crate::lang::pipeline;

/// Checks each script; status 2 if one has errors.
///
/// # Errors
/// [`Error`] if a file can not be read or standard output not be written.
pub fn check(check: &Check) -> Result<ExitCode, Error> {
    let color = host::wants_color(check.color);
    let mut good = true;
    for path in &check.files {
        let script = match source::read(path, color)? {
            Ok(script) => script,
            Err(text) => {
                host::say(&text);
                good = false;
                continue;
            }
        };
        let compilation = pipeline::compile(script);
        let mut diagnostics = compilation.diagnostics;
        if let Some(compiled) = &compilation.compiled {
            diagnostics.extend(settings::from_script(&compiled.settings).err().unwrap_or_default());
        }
        let sources: Vec<SourceFile> = compilation.sources.iter().map(|source| (**source).clone()).collect();
        host::say(&render(&diagnostics, &sources, color));
        let failed =
            compilation.compiled.is_none() || diagnostics.iter().any(crate::lang::diagnostic::Diagnostic::is_error);
        good &= !failed;
        if let (Some(compiled), Some(Emit::Bytecode), false) = (&compilation.compiled, check.emit, failed) {
            let listing: String = compiled.images.iter().map(disassemble).collect();
            if host::print(listing.as_bytes()).is_err() {
                return Ok(ExitCode::from(status::PIPE_CLOSED));
            }
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(status::USAGE) })
}
