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
    Ok(match read_text(path)? {
        Ok(script) => Some(script),
        Err((diagnostic, source)) => {
            host::say(&render(&[diagnostic], &[source], color));
            None
        }
    })
}

/// Reads a script, or says why its bytes are none, with what they look like as text.
///
/// # Errors
/// [`Error::Read`] if the host can not read it.
pub fn read_text(path: &Path) -> Result<Result<SourceFile, (Diagnostic, SourceFile)>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let (name, mut bytes) = (display_name(path), Vec::new());
    if path == Path::new("-") {
        let _ = std::io::stdin().lock().take(READ_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        let _ = file.take(READ_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(match syntax::parse_bytes(&bytes) {
        Ok(text) => Ok(SourceFile { name, text }),
        Err(diagnostic) => Err((diagnostic, SourceFile { name, text: String::from_utf8_lossy(&bytes).into_owned() })),
    })
}

/// The name by which a person knows it.
fn display_name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// A script that was compiled, and whose `machine { }` was followed.
#[derive(Debug)]
pub struct Judged {
    /// What can run, unless a diagnostic is an error.
    pub ready: Option<(Compiled, Config, Choices)>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that they name.
    pub sources: Vec<SourceFile>,
}

/// Compiles a script and follows its `machine { }`.
#[must_use]
pub fn judge(script: SourceFile) -> Judged {
    let compilation = pipeline::compile(script);
    let mut diagnostics = compilation.diagnostics;
    let mut machine = None;
    if let Some(compiled) = &compilation.compiled {
        match settings::from_script(&compiled.settings) {
            Ok(followed) => machine = Some(followed),
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    let sources = compilation.sources.iter().map(|source| (**source).clone()).collect();
    let ready = compilation.compiled.zip(machine).map(|(compiled, (config, choices))| (compiled, config, choices));
    Judged { ready, diagnostics, sources }
}

/// Compiles a script and follows its `machine { }`; none if it has errors. Errors and warnings are told.
pub fn compile(script: SourceFile, color: bool) -> Option<(Compiled, Config, Choices)> {
    let judged = judge(script);
    if !judged.diagnostics.is_empty() {
        host::say(&render(&judged.diagnostics, &judged.sources, color));
    }
    judged.ready
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
