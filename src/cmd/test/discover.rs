//! Discovery: from paths to the tests that are there.

#![expect(clippy::disallowed_methods, reason = "tests are files of the host")]

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::cmd::Error;
use crate::cmd::test::document::Document;
use crate::cmd::test::{golden, source_text};

/// Folders that hold no tests.
const LEFT_OUT: [&str; 2] = ["target", "node_modules"];

/// A file with tests.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Where it is.
    pub path: PathBuf,
    /// How it is called: the path as it was given.
    pub shown: String,
    /// What is in it.
    pub subject: Subject,
    /// The names of its tests.
    pub tests: Vec<String>,
}

/// What a file holds.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A script.
    Script(String),
    /// A document.
    Document(Box<Document>),
    /// A golden without a script beside it.
    Orphan,
    /// It can not be read, for this reason.
    Unreadable(String),
}

/// The files with tests at or below these paths, in the order of the paths, and by name below each; none twice.
///
/// # Errors
/// [`Error`] if a path is not there or is no test.
pub fn units(paths: &[PathBuf]) -> Result<Vec<Unit>, Error> {
    let mut seen = BTreeSet::new();
    let mut units = Vec::new();
    for path in paths {
        let about = std::fs::metadata(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let mut files = Vec::new();
        if about.is_dir() {
            walk(path, &mut files);
        } else if kind(path).is_some() {
            files.push(Ok(path.clone()));
        } else {
            let what = "a test is a script (x.r3), a document (x.md) or a folder of them";
            return Err(Error::Usage(format!("{}: {what}", path.display())));
        }
        for file in files {
            let path = match &file {
                Ok(path) | Err((path, _)) => path.clone(),
            };
            if !seen.insert(std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone())) {
                continue;
            }
            units.extend(match file {
                Ok(path) => unit(path),
                Err((path, why)) => Some(unreadable(path, &why)),
            });
        }
    }
    Ok(units)
}

fn kind(path: &Path) -> Option<&str> {
    let ending = path.extension()?.to_str()?;
    ["r3", "md", "trace"].contains(&ending).then_some(ending)
}

type Found = Result<PathBuf, (PathBuf, String)>;

fn walk(folder: &Path, files: &mut Vec<Found>) {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return files.push(Err((folder.to_owned(), format!("cannot read the folder: {error}")))),
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if name.starts_with('.') || is_folder && LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        // A link to a folder could lead in a circle.
        let links_folder = entry.file_type().is_ok_and(|kind| kind.is_symlink()) && path.is_dir();
        if is_folder {
            walk(&path, files);
        } else if kind(&path).is_some() && !links_folder {
            files.push(Ok(path));
        }
    }
}

fn unreadable(path: PathBuf, why: &str) -> Unit {
    let shown = path.display().to_string();
    Unit { tests: vec![shown.clone()], path, subject: Subject::Unreadable(why.to_owned()), shown }
}

fn unit(path: PathBuf) -> Option<Unit> {
    let shown = path.display().to_string();
    if kind(&path) == Some("trace") {
        let orphan = !path.with_extension("r3").exists() && begins_as_golden(&path);
        return orphan.then(|| Unit { tests: vec![shown.clone()], path, subject: Subject::Orphan, shown });
    }
    let text = match source_text(&path) {
        Ok(text) => text,
        Err(why) => return Some(unreadable(path, &why)),
    };
    if kind(&path) == Some("r3") {
        return Some(Unit { tests: vec![shown.clone()], path, subject: Subject::Script(text), shown });
    }
    let document = Document::read(&text);
    let tests: Vec<String> = document.tests.iter().map(|test| format!("{shown}:{}", test.line)).collect();
    (!tests.is_empty()).then(|| Unit { path, shown, subject: Subject::Document(Box::new(document)), tests })
}

/// Whether a file is a golden, and not a trace that somebody keeps.
fn begins_as_golden(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(64).read_to_end(&mut bytes));
    read.is_ok() && golden::is_one(&String::from_utf8_lossy(&bytes))
}
