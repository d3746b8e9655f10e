//! A script of the host: read from a file, from standard input or from the command line.

#![expect(clippy::disallowed_methods, reason = "scripts are files of the host")]

use std::io::Read;
use std::path::Path;

use crate::base::span::SourceFile;
use crate::cmd::Error;
use crate::lang::diagnostic::{Diagnostic, render};
use crate::lang::syntax;

/// The most that is read: one byte more than a script may have, so that a larger one is noticed.
const READ_BYTES: u64 = (1 << 20) + 1;

/// Reads a script. The inner error is the rendered diagnostic of a text that can not be one.
///
/// # Errors
/// [`Error::Read`] if the host can not read it.
pub fn read(path: &Path, color: bool) -> Result<Result<SourceFile, String>, Error> {
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

/// Makes a script of bytes, or says why they are none.
fn text(name: String, bytes: &[u8], color: bool) -> Result<SourceFile, String> {
    match syntax::parse_bytes(bytes) {
        Ok(text) => Ok(SourceFile { name, text }),
        Err(diagnostic) => {
            let source = SourceFile { name, text: String::from_utf8_lossy(bytes).into_owned() };
            Err(render(&[Diagnostic::clone(&diagnostic)], &[source], color))
        }
    }
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
