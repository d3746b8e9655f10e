//! Replacing a file: it holds the old text or the new one, whatever happens meanwhile.

#![expect(clippy::disallowed_methods, reason = "goldens and documents are files of the host")]

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a new file beside it, brings that to the disk, and gives it the old one's name and permissions.
///
/// # Errors
/// What the host says; the old file is as it was then.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link keeps its place: what it leads to is replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = std::fs::metadata(&target).ok();
    if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let beside = with_suffix(&target, &format!(".{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        if let Some(old) = &old {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, &target)
    })();
    if written.is_err() {
        // What was begun is of no use, and what went wrong is told already.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// `x.trace` and `.new` make `x.trace.new`.
#[must_use]
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Takes a file away, if it is there.
///
/// # Errors
/// What the host says.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
