//! The standard library's sources, which are part of the executable.
//!
//! `stdlib/NAME.r3` is the module `NAME`; `stdlib/bin/NAME.r3` is the program `/bin/NAME`.
//!
//! A script names little of the library, so [`needed_by`] blanks what it can not reach before anything is parsed. It
//! goes by words alone, not by scopes: what it keeps may be too much, never too little.

use std::collections::{BTreeMap, BTreeSet};
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

/// One definition of a module: its first line begins in the first column with a word.
struct Item {
    module: usize,
    range: std::ops::Range<usize>,
}

/// Each module's name and its text, in the order of [`modules`], with spaces in place of every definition that neither
/// `script` nor `roots` name, directly or through others. Offsets are those of [`source`].
#[must_use]
pub fn needed_by(script: &str, roots: &[&'static str]) -> Vec<(&'static str, String)> {
    let modules: Vec<(&'static str, &'static str)> =
        modules().into_iter().map(|name| (name, source(name).unwrap_or_default())).collect();
    let mut kept: Vec<Vec<u8>> = modules.iter().map(|(_, text)| blank(text)).collect();
    let mut items: BTreeMap<&str, Vec<Item>> = BTreeMap::new();
    for (module, (_, text)) in modules.iter().enumerate() {
        for range in item_ranges(text) {
            match defined_name(&text[range.clone()]) {
                Some(name) => items.entry(name).or_default().push(Item { module, range }),
                None => kept[module][range.clone()].copy_from_slice(&text.as_bytes()[range]),
            }
        }
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut pending: Vec<&str> = words(script).chain(roots.iter().copied()).collect();
    while let Some(word) = pending.pop() {
        if !seen.insert(word) {
            continue;
        }
        for Item { module, range } in items.remove(word).into_iter().flatten() {
            let text = &modules[module].1[range.clone()];
            kept[module][range].copy_from_slice(text.as_bytes());
            pending.extend(words(text));
        }
    }
    let texts = kept.into_iter().map(|bytes| String::from_utf8(bytes).unwrap_or_default());
    modules.iter().map(|(name, _)| *name).zip(texts).collect()
}

/// As many spaces, with the newlines where they were.
fn blank(text: &str) -> Vec<u8> {
    text.bytes().map(|byte| if byte == b'\n' { byte } else { b' ' }).collect()
}

/// From each line that begins with a word to the next such line or comment in the first column.
fn item_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut begun = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let first = line.as_bytes()[0];
        let is_word = first.is_ascii_alphabetic() || first == b'_';
        if is_word || first == b'#' {
            ranges.extend(begun.take().map(|from| from..at));
        }
        if is_word {
            begun = Some(at);
        }
        at += line.len();
    }
    ranges.extend(begun.map(|from| from..at));
    ranges
}

/// The name that a definition gives; `None` for `use`, which is always kept.
fn defined_name(item: &str) -> Option<&str> {
    let mut words = words(item).skip_while(|word| *word == "must_use");
    match words.next() {
        Some("fn" | "struct" | "enum" | "const" | "let") => words.next(),
        Some(_) | None => None,
    }
}

/// The words of a text, those in strings and comments too.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
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

    #[test]
    fn what_is_kept_stands_where_it_stood() {
        let needed = needed_by("strlen(x)", &["_start"]);
        assert_eq!(needed.iter().map(|(name, _)| *name).collect::<Vec<_>>(), modules());
        let mut kept = 0;
        for (name, text) in &needed {
            let whole = source(name).unwrap();
            assert_eq!(text.len(), whole.len());
            assert!(text.bytes().zip(whole.bytes()).all(|(kept, there)| kept == there || kept == b' '));
            kept += text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        }
        let all: usize = modules().iter().map(|name| source(name).unwrap().len()).sum();
        assert!(kept > 100 && kept < all / 2, "{kept} of {all}");
        let start = &needed.iter().find(|(name, _)| *name == "start").unwrap().1;
        assert!(start.contains("fn _start(") && start.contains("let args: [str]"));
    }
}
