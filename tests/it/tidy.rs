//! The order of the house: which layer imports which, how files begin, what they are called, how long they are.
//!
//! Each test names file and line of what is out of place.

use ring3::base::span::SourceFile;
use ring3::lang::format::format;

use crate::harness::{files, name, read, root};

/// The layers from the bottom up: each imports those before it.
const LAYERS: [&str; 7] = ["base", "abi", "trace", "machine", "kernel", "system", "cmd"];
/// What the language imports, and who imports the language.
const BELOW_LANG: [&str; 2] = ["base", "abi"];
const ABOVE_LANG: [&str; 2] = ["system", "cmd"];

/// The most lines of a file, and the flat tables that may have more.
const MAX_LINES: usize = 700;
const FLAT_TABLES: [&str; 0] = [];

/// Names that say nothing, or two things.
const EMPTY_NAMES: [&str; 7] = ["utils", "helpers", "common", "misc", "types", "manager", "vm"];

/// All Rust files of the repository: their names and texts.
fn sources() -> Vec<(String, String)> {
    let folders = ["src", "tests", "benches"];
    let paths = folders.iter().flat_map(|folder| files(folder, "rs"));
    paths.map(|path| (name(&path), read(&path))).collect()
}

/// Lines with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

#[track_caller]
fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The part of a line before a comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// The modules of the crate that a line of code names.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    code(line).split("crate::").skip(1).map(|rest| {
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

fn may_import(layer: &str, imported: &str) -> bool {
    let place = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    match (place(layer), place(imported)) {
        (Some(layer), Some(imported)) => imported <= layer,
        (None, _) if layer == "lang" => imported == "lang" || BELOW_LANG.contains(&imported),
        (Some(_), None) if imported == "lang" => ABOVE_LANG.contains(&layer),
        (Some(_) | None, _) => true,
    }
}

#[test]
fn layers_import_downward_only() {
    assert!(may_import("kernel", "trace") && !may_import("trace", "kernel"));
    assert!(may_import("lang", "abi") && !may_import("lang", "trace") && !may_import("kernel", "lang"));
    assert_eq!(imports("use crate::base::ids; // crate::cmd").collect::<Vec<_>>(), ["base"]);
    let mut found = Vec::new();
    for (name, text) in sources() {
        let Some(path) = name.strip_prefix("src/") else { continue };
        let layer = path.split(['/', '.']).next().unwrap_or_default();
        for (number, line) in lines(&text) {
            for imported in imports(line).filter(|imported| !may_import(layer, imported)) {
                found.push(format!("{name}:{number}: {layer} imports {imported}"));
            }
        }
    }
    none("layers import what lies above them", found);
}

#[test]
fn files_begin_with_what_they_are() {
    let odd = sources().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    none("files that do not begin with `//!`", odd.map(|(name, _)| name).collect());
}

#[test]
fn files_are_rooms_not_halls() {
    let long = sources().into_iter().filter(|(name, _)| !FLAT_TABLES.contains(&name.as_str()));
    let long = long.map(|(name, text)| (name, text.lines().count())).filter(|&(_, count)| count > MAX_LINES);
    none("files that are too long", long.map(|(name, count)| format!("{name}: {count} lines")).collect());
}

#[test]
fn names_say_something() {
    let odd = sources().into_iter().map(|(name, _)| name).filter(|name| {
        let stem = name.trim_end_matches(".rs");
        stem.split('/').any(|part| EMPTY_NAMES.contains(&part))
    });
    none("files whose names say nothing", odd.collect());
}

#[test]
fn only_the_machine_is_unsafe() {
    let words = [concat!("unsafe", " {"), concat!("unsafe", " fn"), concat!("unsafe", " impl")];
    let mut found = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| !name.starts_with("src/machine/")) {
        let odd = lines(&text).filter(|(_, line)| words.iter().any(|word| code(line).contains(word)));
        found.extend(odd.map(|(number, line)| format!("{name}:{number}: {}", line.trim())));
    }
    none("unsafe code outside the machine", found);
}

#[test]
fn texts_speak_of_the_project_only() {
    let words = [
        concat!("age", "nt"),
        concat!("assis", "tant"),
        concat!("issue", " #"),
        concat!("this ", "session"),
        concat!("next ", "session"),
        concat!("/work", "/"),
        concat!("work", "tree"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
    ];
    let kinds =
        [("src", "rs"), ("tests", "rs"), ("benches", "rs"), ("stdlib", "r3"), ("tests", "r3"), ("examples", "r3")];
    let mut paths: Vec<_> = kinds.iter().flat_map(|(folder, ending)| files(folder, ending)).collect();
    paths.extend(files("docs", "md"));
    let top = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Cargo.toml"].map(|name| root().join(name));
    paths.extend(top.into_iter().filter(|path| path.exists()));
    let mut found = Vec::new();
    for path in paths {
        let text = read(&path);
        for (number, line) in lines(&text) {
            let parts: Vec<&str> = line.split(|letter: char| !letter.is_alphanumeric()).collect();
            let said = |word: &str| {
                if word.chars().all(char::is_alphabetic) { parts.contains(&word) } else { line.contains(word) }
            };
            found
                .extend(words.iter().filter(|word| said(word)).map(|word| format!("{}:{number}: {word}", name(&path))));
        }
    }
    none("words that do not belong here", found);
}

#[test]
fn every_script_has_its_snapshot() {
    let scripts = ["examples", "tests"].iter().flat_map(|folder| files(folder, "r3"));
    // A snapshot of insta, or a golden of `ring3 test`.
    let has = |path: &std::path::Path, ending: &str| path.with_extension(ending).exists();
    let alone = scripts.filter(|path| {
        let golden = name(path).starts_with("examples/") && has(path, "trace");
        has(path, "snap") == golden
    });
    none("scripts without a snapshot, or with two", alone.map(|path| name(&path)).collect());
    let snapshots = ["examples", "tests"].iter().flat_map(|folder| files(folder, "snap"));
    let beside_rust = |name: &str| name.starts_with("tests/it/");
    let has_source = |path: &std::path::Path| ["r3", "md"].iter().any(|ending| path.with_extension(ending).exists());
    let orphans = snapshots.filter(|path| !has_source(path) && !beside_rust(&name(path)));
    none("snapshots without a script", orphans.map(|path| name(&path)).collect());
}

#[test]
fn scripts_are_in_the_one_style() {
    let folders = ["stdlib", "examples", "tests/suite", "tests/reading", "benches"];
    let scripts = folders.iter().flat_map(|folder| files(folder, "r3"));
    let odd = scripts.filter(|path| {
        let source = SourceFile { name: name(path), text: read(path) };
        // What does not parse has no style.
        format(&source).is_ok_and(|styled| styled != source.text)
    });
    none("scripts that `ring3 fmt` would change", odd.map(|path| name(&path)).collect());
}

#[test]
fn the_readme_shows_every_command() {
    use clap::CommandFactory;
    let path = root().join("README.md");
    if !path.exists() {
        return;
    }
    let readme = read(&path);
    let cli = ring3::cmd::Cli::command();
    let unsaid = cli.get_subcommands().map(|command| format!("ring3 {}", command.get_name()));
    none("commands that README.md does not show", unsaid.filter(|said| !readme.contains(said)).collect());
}
