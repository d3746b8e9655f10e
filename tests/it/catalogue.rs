//! `docs/events.md` lists every event of the trace: it is made of the tables in the code.
//!
//! `REWRITE=1 cargo test catalogue` writes it anew.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes the repository's own texts")]

use std::fmt::Write as _;

use ring3::trace::event::Category;

use crate::harness::{read, root};

const PAGE: &str = "docs/events.md";

const PREFACE: &str = "\
# The events of a trace

Everything that happens in a machine is an event. A *change* alters one cell of the state, from an old value to a new one; all
changes together are the run, forward and backward. A *note* tells something and alters nothing. A *choice* is an answer of the
oracle, where more than one would be lawful. This page is made of the tables in the code (`src/trace/event.rs`) and kept equal to
them by a test; what is written for each in JSON is told in [trace-format.md](trace-format.md).

`--trace=CATEGORY` shows each event of a category, `--trace` a digest of all; `ring3 why SCRIPT NUMBER` tells why one happened.
";

/// An event: its name in JSON, its category, what names it or belongs to it, and a sentence.
struct Row {
    name: String,
    category: String,
    fields: Vec<String>,
    doc: String,
    is_change: bool,
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The lines between two others.
fn between<'a>(text: &'a str, start: &str, end: &str) -> impl Iterator<Item = &'a str> {
    let inside = text.split_once(start).unwrap_or_else(|| panic!("`{start}` is not in the table")).1;
    inside.split_once(end).unwrap_or_else(|| panic!("`{end}` does not end it")).0.lines()
}

/// The rows of the table of changes: ``Name in Category { key: Type } => Value;`` below its sentence.
fn changes(text: &str) -> Vec<Row> {
    let (mut rows, mut doc) = (Vec::new(), Vec::new());
    for line in between(text, "\nchanges! {\n", "\n}\n").map(str::trim) {
        if let Some(sentence) = line.strip_prefix("///") {
            doc.push(sentence.trim());
        } else if let Some((name, rest)) = line.split_once(" in ") {
            let (category, rest) = rest.split_once(" {").expect("keys in braces");
            let (keys, value) = rest.split_once("} => ").expect("a value");
            let keys = keys.split(',').filter_map(|key| Some(key.split_once(':')?.0.trim().to_owned()));
            let mut fields: Vec<String> = keys.collect();
            fields.push(format!("from, to: {}", value.trim_end_matches(';')));
            let category = category.to_ascii_lowercase();
            rows.push(Row { name: snake_case(name), category, fields, doc: doc.join(" "), is_change: true });
            doc.clear();
        }
    }
    rows
}

/// The variants of the enum of notes, each below its sentence.
fn notes(text: &str) -> Vec<Row> {
    let (mut rows, mut doc) = (Vec::<Row>::new(), Vec::new());
    for line in between(text, "\npub enum Note {\n", "\n}\n") {
        let depth = line.len() - line.trim_start().len();
        let line = line.trim();
        if let Some(sentence) = line.strip_prefix("///") {
            if depth == 4 {
                doc.push(sentence.trim());
            }
        } else if depth == 4 && line.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            let name = line.trim_end_matches([',', '{', ' ']);
            let category = category_of(text, name);
            rows.push(Row {
                name: snake_case(name),
                category,
                fields: Vec::new(),
                doc: doc.join(" "),
                is_change: false,
            });
            doc.clear();
        } else if depth == 8
            && let Some((field, _)) = line.split_once(':')
            && let Some(row) = rows.last_mut()
        {
            row.fields.push(field.to_owned());
        }
    }
    rows
}

/// What the function `category` of notes says of one.
fn category_of(text: &str, name: &str) -> String {
    let arms: Vec<&str> = between(text, "impl Note {\n", "\n}\n").collect();
    let at = arms
        .iter()
        .position(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word == name));
    let rest = &arms[at.unwrap_or_else(|| panic!("{name} has no category"))..];
    let arm = rest.iter().position(|line| line.contains("=>")).expect("an arm");
    let told = rest[arm..].iter().find_map(|line| line.split_once("Category::")).expect("a category").1;
    told.trim_end_matches([',', ' ', '}']).to_ascii_lowercase()
}

fn page() -> String {
    let text = read(&root().join("src/trace/event.rs"));
    let rows: Vec<Row> = changes(&text).into_iter().chain(notes(&text)).collect();
    let mut page = PREFACE.to_owned();
    for category in Category::ALL {
        let _ = write!(page, "\n## {}\n\n{}\n\n", category.name(), category.doc());
        let _ = write!(page, "| event | | what it tells | fields |\n|---|---|---|---|\n");
        for row in rows.iter().filter(|row| row.category == category.name()) {
            let kind = if row.is_change { "change" } else { "note" };
            let doc = row.doc.replace('|', "\\|").replace("[`crate::trace::pieces`]", "`src/trace/pieces.rs`");
            let fields: Vec<String> =
                row.fields.iter().map(|field| format!("`{}`", field.replace('|', "\\|"))).collect();
            let _ = writeln!(page, "| `{}` | {kind} | {doc} | {} |", row.name, fields.join(", "));
        }
        if *category == Category::Sched {
            let doc = "The oracle was asked, and answered.";
            let _ = writeln!(page, "| `choice` | choice | {doc} | `question`, `options`, `answer` |");
        }
    }
    let told = rows.iter().filter(|row| page.contains(&format!("| `{}` |", row.name))).count();
    assert_eq!(told, rows.len(), "an event has a category that the page does not know");
    page
}

#[test]
fn the_catalogue_of_events_holds_all_of_them() {
    let page = page();
    let path = root().join(PAGE);
    if std::env::var_os("REWRITE").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "{PAGE} is not what the code says; REWRITE=1 cargo test catalogue writes it anew");
}
