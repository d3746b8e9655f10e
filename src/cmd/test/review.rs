//! Review: what tests would make of goldens and documents is looked at one by one, and taken or not.

use std::path::{Path, PathBuf};

use crate::cmd::Error;
use crate::cmd::host;
use crate::cmd::test::discover::{Subject, Unit};
use crate::cmd::test::keys::Keys;
use crate::cmd::test::replace::{remove, replace, with_suffix};
use crate::cmd::test::{diff, golden, source_text};

/// Keys, and what they do.
const KEYS: &str = "arsdq";
const QUESTION: &str = "a accept, r reject, s skip, d whole difference, q quit: ";

/// What is to be looked at: the file, and what it would be.
#[must_use]
pub fn pending(units: &[Unit]) -> Vec<(PathBuf, PathBuf)> {
    let file = |unit: &Unit| match &unit.subject {
        Subject::Script(_) => Some(golden::path(&unit.path)),
        Subject::Document(_) => Some(unit.path.clone()),
        Subject::Orphan | Subject::Unreadable(_) => None,
    };
    let files = units.iter().filter_map(file).map(|path| (with_suffix(&path, ".new"), path));
    files.filter(|(new, _)| new.exists()).map(|(new, path)| (path, new)).collect()
}

/// Asks about each of them.
///
/// # Errors
/// [`Error`] if a file can not be read or written.
pub fn review(pending: &[(PathBuf, PathBuf)], color: bool) -> Result<(), Error> {
    let (mut accepted, mut rejected, mut skipped) = (0, 0, 0);
    let mut keys = Keys::new(KEYS);
    'files: for (place, (path, new)) in pending.iter().enumerate() {
        let (old, made) = (text(path)?, text(new)?);
        say(&format!("{} of {}: {}\n{}", place + 1, pending.len(), path.display(), diff::short(&old, &made, color)))?;
        loop {
            let key = keys.ask(QUESTION).map_err(|source| write(Path::new("standard output"), source))?;
            match key.as_deref() {
                Some("a" | "accept") => {
                    replace(path, &made).and_then(|()| remove(new)).map_err(|source| write(path, source))?;
                    accepted += 1;
                }
                Some("r" | "reject") => {
                    remove(new).map_err(|source| write(new, source))?;
                    rejected += 1;
                }
                Some("s" | "skip") => skipped += 1,
                Some("d" | "diff") => {
                    say(&diff::lines(&old, &made, None, color))?;
                    continue;
                }
                Some("q" | "quit") | None => {
                    skipped += pending.len() - place;
                    break 'files;
                }
                Some(_) => continue,
            }
            break;
        }
    }
    say(&format!("{accepted} accepted, {rejected} rejected, {skipped} skipped\n"))
}

fn text(path: &Path) -> Result<String, Error> {
    if path.exists() { source_text(path).map_err(Error::Usage) } else { Ok(String::new()) }
}

fn write(path: &Path, source: std::io::Error) -> Error {
    Error::Write { path: path.to_owned(), source }
}

fn say(text: &str) -> Result<(), Error> {
    host::tell(text).map_err(|source| write(Path::new("standard output"), source))
}
