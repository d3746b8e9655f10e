//! `docs/differences.md` holds every remark on where the model departs from Linux: it is made of the remarks in the code.
//!
//! `REWRITE=1 cargo test docs` writes it anew.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes the repository's own texts")]

use std::path::{Path, PathBuf};

const PAGE: &str = "docs/differences.md";

const PREFACE: &str = "\
# How the model differs from Linux

Names, numbers, errors and formats are those of Linux on x86-64. This page lists where the model departs, and why. It is
made of the remarks in the code and kept equal to them by a test.
";

/// The chapters of the page: where their remarks stand, and their titles. The first that fits is taken.
const CHAPTERS: [(&str, &str); 10] = [
    ("src/machine/", "The machine"),
    ("src/kernel/mm/", "Memory"),
    ("src/kernel/task/", "Processes"),
    ("src/kernel/sched/", "The scheduler"),
    ("src/kernel/signal/", "Signals"),
    ("src/kernel/vfs/", "Files"),
    ("src/kernel/syscall/", "System calls"),
    ("src/", "Everything else"),
    ("stdlib/bin/", "Programs"),
    ("stdlib/", "The library"),
];

/// A remark: where it stands, and its text on one line.
struct Remark {
    place: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with this ending, sorted.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The remarks of a text whose comments begin with `mark`: each goes on to the end of its comment, or to the next one.
fn remarks_in(place: &str, text: &str, mark: &str) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let comment = line.trim_start().strip_prefix(mark).filter(|rest| rest.is_empty() || rest.starts_with(' '));
        match comment.map(str::trim) {
            Some(comment) if comment.starts_with("Linux: ") => {
                remarks.push(Remark { place: place.to_owned(), text: comment.to_owned() });
                open = true;
            }
            Some(comment) if open && !comment.is_empty() => {
                let remark = remarks.last_mut().expect("an open remark");
                remark.text.push(' ');
                remark.text.push_str(comment);
            }
            _ => open = false,
        }
    }
    remarks
}

fn remarks() -> Vec<Remark> {
    let rust = files("src", "rs").into_iter().map(|path| (path, "//"));
    let scripts = files("stdlib", "r3").into_iter().map(|path| (path, "#"));
    let in_file = |(path, mark): (PathBuf, &str)| {
        let place = path.strip_prefix(root()).expect("a path below the root").display().to_string();
        let text = std::fs::read_to_string(&path).expect("a text file");
        remarks_in(&place, &text, mark)
    };
    rust.chain(scripts).flat_map(in_file).collect()
}

/// The page that the remarks make.
fn page(remarks: &[Remark]) -> String {
    let chapter_of = |remark: &Remark| CHAPTERS.iter().position(|(folder, _)| remark.place.starts_with(folder));
    let mut page = PREFACE.to_owned();
    for (chapter, (_, title)) in CHAPTERS.iter().enumerate() {
        let own: Vec<&Remark> = remarks.iter().filter(|remark| chapter_of(remark) == Some(chapter)).collect();
        if own.is_empty() {
            continue;
        }
        page.push_str(&format!("\n## {title}\n\n"));
        for Remark { place, text } in own {
            let text = text.replacen("Linux: ", "**Linux:** ", 1).replacen("Here: ", "**Here:** ", 1);
            page.push_str(&format!("- {text} (`{place}`)\n"));
        }
    }
    page
}

#[test]
fn every_remark_says_what_linux_does_and_what_the_model_does_and_why() {
    let incomplete = |remark: &&Remark| !remark.text.contains("Here: ") || !remark.text.contains("because");
    let remarks = remarks();
    let bad: Vec<String> = remarks.iter().filter(incomplete).map(|it| format!("{}: {}", it.place, it.text)).collect();
    assert!(bad.is_empty(), "`Linux: … Here: …, because ….` is the form; not so:\n{}", bad.join("\n"));
    assert!(remarks.len() > 20, "only {} remarks were found", remarks.len());
}

#[test]
fn the_page_of_differences_holds_the_remarks_of_the_code() {
    let expected = page(&remarks());
    if std::env::var("REWRITE").is_ok() {
        std::fs::write(root().join(PAGE), &expected).expect("the page can be written");
    }
    let found = std::fs::read_to_string(root().join(PAGE)).expect("the page is there");
    assert!(found == expected, "{PAGE} is not what the code says; REWRITE=1 cargo test docs");
}
