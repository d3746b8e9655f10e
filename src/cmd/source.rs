//! A script of the host: read from a file or from standard input, compiled, and its mistakes told.

#![expect(clippy::disallowed_methods, reason = "scripts are files of the host")]

use std::io::Read;
use std::path::Path;

use crate::base::span::SourceFile;
use crate::cmd::{Error, host, settings};
use crate::kernel::config::Config;
use crate::lang::diagnostic::{Diagnostic, render};
use crate::lang::pipeline::{self, Compiled};
use crate::lang::syntax;
use crate::system::Choices;

/// The most that is read: one byte more than a script may have, so that a larger one is noticed.
const READ_BYTES: u64 = (1 << 20) + 1;

/// Reads a script; none if its text can not be one, which is told.
///
/// # Errors
/// [`Error::Read`] if the host can not read it.
pub fn read(path: &Path, color: bool) -> Result<Option<SourceFile>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let (name, mut bytes) = (display_name(path), Vec::new());
    if path == Path::new("-") {
        let _ = std::io::stdin().lock().take(READ_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        let _ = file.take(READ_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(text(name, &bytes, color))
}

/// The name by which a person knows it.
fn display_name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// Makes a script of bytes, or tells why they are none.
fn text(name: String, bytes: &[u8], color: bool) -> Option<SourceFile> {
    match syntax::parse_bytes(bytes) {
        Ok(text) => Some(SourceFile { name, text }),
        Err(diagnostic) => {
            let source = SourceFile { name, text: String::from_utf8_lossy(bytes).into_owned() };
            host::say(&render(&[Diagnostic::clone(&diagnostic)], &[source], color));
            None
        }
    }
}

/// Compiles a script and follows its `machine { }`; none if it has errors. Errors and warnings are told.
pub fn compile(script: SourceFile, color: bool) -> Option<(Compiled, Config, Choices)> {
    let compilation = pipeline::compile(script);
    let mut diagnostics = compilation.diagnostics;
    let mut machine = None;
    if let Some(compiled) = &compilation.compiled {
        match settings::from_script(&compiled.settings) {
            Ok(followed) => machine = Some(followed),
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    if !diagnostics.is_empty() {
        let sources: Vec<SourceFile> = compilation.sources.iter().map(|source| (**source).clone()).collect();
        host::say(&render(&diagnostics, &sources, color));
    }
    let (config, choices) = machine?;
    Some((compilation.compiled?, config, choices))
}

/// A file of the host, as bytes.
///
/// # Errors
/// [`Error::Read`] if the host can not read it, or it is larger than `limit` bytes.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    let read = file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if read as u64 > limit {
        return Err(Error::Usage(format!("{} is larger than {limit} bytes", path.display())));
    }
    Ok(bytes)
}
