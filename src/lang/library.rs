//! The standard library's sources, which are part of the executable.
//!
//! `stdlib/NAME.r3` is the module `NAME`; `stdlib/bin/NAME.r3` is the program `/bin/NAME`.

use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};

use crate::base::span::SourceFile;

static STDLIB: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/stdlib");

/// The text of the module `name`, or `None` if there is no such module.
#[must_use]
pub fn source(name: &str) -> Option<&'static str> {
    text(&format!("{name}.r3"))
}

/// All modules as source files, in the order of [`modules`].
#[must_use]
pub fn sources() -> &'static [Arc<SourceFile>] {
    static SOURCES: LazyLock<Vec<Arc<SourceFile>>> = LazyLock::new(|| {
        let file = |name| SourceFile {
            name: format!("<stdlib>/{name}.r3"),
            text: source(name).expect("every listed module has a text").to_owned(),
        };
        modules().into_iter().map(file).map(Arc::new).collect()
    });
    &SOURCES
}

/// The program `/bin/name` as a source file, or `None` if there is no such program.
#[must_use]
pub fn program(name: &str) -> Option<SourceFile> {
    let text = program_source(name)?.to_owned();
    Some(SourceFile { name: format!("<stdlib>/bin/{name}.r3"), text })
}

/// The text of the program `/bin/name`, or `None` if there is no such program.
#[must_use]
pub fn program_source(name: &str) -> Option<&'static str> {
    text(&format!("bin/{name}.r3"))
}

/// The program that runs the lines of a session.
///
/// # Panics
/// If the library lacks it.
#[must_use]
pub fn session_loader() -> SourceFile {
    let text = text("session/loader.r3").expect("the library has a loader").to_owned();
    SourceFile { name: "<stdlib>/session/loader.r3".to_owned(), text }
}

/// The names of all modules, in order.
#[must_use]
pub fn modules() -> Vec<&'static str> {
    names(&STDLIB)
}

/// The names of all programs, in order.
#[must_use]
pub fn programs() -> Vec<&'static str> {
    STDLIB.get_dir("bin").map_or_else(Vec::new, names)
}

fn text(path: &str) -> Option<&'static str> {
    STDLIB.get_file(path)?.contents_utf8()
}

fn names(dir: &'static Dir<'static>) -> Vec<&'static str> {
    let mut names: Vec<_> = dir
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "r3"))
        .filter_map(|file| file.path().file_stem()?.to_str())
        .collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_module_and_program_has_a_text() {
        assert!(modules().iter().all(|name| source(name).is_some()));
        assert!(programs().iter().all(|name| program_source(name).is_some()));
        assert_eq!(source("no such module"), None);
    }
}
