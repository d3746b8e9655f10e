//! What the README shows is true: its excerpt of a trace is what the command prints, its scripts are there.
//!
//! `REWRITE=1 cargo test readme` takes the excerpt anew.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes the repository's own texts")]

use std::path::Path;
use std::process::Command;

/// The script of the excerpt.
const SCRIPT: &str = "examples/01-processes/what_ls_does.r3";
/// What stands before and behind the excerpt.
const BEGIN: &str = "<!-- trace of what_ls_does.r3, kept true by tests/it/readme.rs -->\n```text\n";
const END: &str = "```\n";
/// Stands for entries that are left out.
const ELLIPSIS: &str = "   …\n";
/// The words by which an entry gets into the excerpt.
const TELLING: [&str; 15] = [
    "boot",
    "fork",
    "ready",
    "sleeps",
    "switch",
    "copied on write",
    "execve",
    " exec ",
    "wait4",
    "wakes",
    "getdents64",
    "write(1",
    " exit ",
    "zombie ",
    "reaped",
];
/// So many of the lines that `ls` writes are enough.
const WRITES: usize = 2;
/// So many of the faults by which `ls` gets its pages are enough.
const FAULTS: usize = 3;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The trace of the script as `ring3 run --trace` prints it.
fn trace() -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_ring3"))
        .args(["run", "--trace", SCRIPT])
        .current_dir(root())
        .output()
        .expect("ring3 runs");
    assert!(ran.status.success(), "{SCRIPT}: {}", ran.status);
    String::from_utf8(ran.stderr).expect("a trace is text")
}

/// The entries of a trace: each begins with its number and its time, and goes on to the next one.
fn entries(trace: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in trace.lines() {
        let mut words = line.split_whitespace();
        let is_number = |word: &str| word.parse::<u32>().is_ok();
        let numbered = words.next().is_some_and(is_number)
            && words
                .next()
                .and_then(|time| time.split_once('.'))
                .is_some_and(|(us, ns)| is_number(us) && is_number(ns));
        match entries.last_mut() {
            Some(entry) if !numbered => entry.push_str(&format!("{line}\n")),
            _ => entries.push(format!("{line}\n")),
        }
    }
    entries
}

/// The heading and the telling entries, up to the end of the script's process.
fn excerpt(trace: &str) -> String {
    let mut text = String::new();
    let (mut gap, mut writes, mut faults) = (false, 0, 0);
    for (place, entry) in entries(trace).into_iter().enumerate() {
        let first = entry.lines().next().unwrap_or_default();
        let is_write = first.contains("write(1") && !first.contains("pid ");
        writes += usize::from(is_write);
        let is_fault = first.contains(" ls[3] ") && first.contains("fault");
        faults += usize::from(is_fault);
        let telling = is_fault && faults <= FAULTS || TELLING.iter().any(|word| entry.contains(word));
        if place == 0 || telling && !(is_write && writes > WRITES) {
            text.push_str(&entry);
            gap = false;
        } else if !gap {
            text.push_str(ELLIPSIS);
            gap = true;
        }
        if first.contains("script[2] exited") {
            text.push_str(if gap { "" } else { ELLIPSIS });
            break;
        }
    }
    text
}

#[test]
fn the_excerpt_in_the_readme_is_what_the_command_prints() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README is there");
    let (before, rest) = readme.split_once(BEGIN).expect("the README has an excerpt");
    let (shown, after) = rest.split_once(END).expect("the excerpt ends");
    let printed = excerpt(&trace());
    assert!(printed.lines().count() > 20, "hardly anything is telling:\n{printed}");
    if std::env::var("REWRITE").is_ok() {
        std::fs::write(&path, format!("{before}{BEGIN}{printed}{END}{after}")).expect("the README can be written");
        return;
    }
    assert!(shown == printed, "the README shows another trace; REWRITE=1 cargo test readme. Printed is\n{printed}");
}

#[test]
fn the_paths_in_the_documents_are_there() {
    for document in ["README.md", "ARCHITECTURE.md"] {
        let text = std::fs::read_to_string(root().join(document)).expect("the document is there");
        let quoted = text.split('`').skip(1).step_by(2).flat_map(str::split_whitespace);
        let paths: Vec<&str> = quoted.filter(|word| is_path(word)).collect();
        assert!(!paths.is_empty(), "{document} names no path");
        for path in paths {
            assert!(root().join(path).exists(), "{document} names `{path}`, which is not there");
        }
    }
}

/// Whether a word in back quotes means a file or folder of the repository.
fn is_path(word: &str) -> bool {
    let folders = ["src/", "tests/", "examples/", "docs/", "stdlib/", "grammar/", "benches/", ".ci/"];
    folders.iter().any(|folder| word.starts_with(folder)) && !word.contains(['*', '<', '{', '…'])
}
