//! The definitions of the library with the comments above them, read from its source.

use crate::lang::library;

/// A definition.
pub(super) struct Definition {
    pub(super) name: &'static str,
    pub(super) module: &'static str,
    /// A function up to its body; all of a structure or an enum; the line of a constant.
    pub(super) head: &'static str,
    /// From the first line to the last.
    pub(super) body: &'static str,
    /// The comment, in paragraphs.
    pub(super) text: String,
}

/// Whether every script sees the module without asking.
pub(super) fn is_prelude(module: &str) -> bool {
    let prelude = library::source("prelude").unwrap_or_default();
    module == "prelude" || prelude.lines().any(|line| line.strip_prefix("use ") == Some(module))
}

/// Every definition of the library but those whose names begin with `_` and those without a comment, which are the
/// modules' own; the prelude's modules first.
pub(super) fn definitions() -> Vec<Definition> {
    let (prelude, others): (Vec<_>, Vec<_>) = library::modules().into_iter().partition(|module| is_prelude(module));
    let mut found = Vec::new();
    for module in prelude.into_iter().chain(others) {
        definitions_of(module, library::source(module).unwrap_or_default(), &mut found);
    }
    found
}

fn definitions_of(module: &'static str, text: &'static str, found: &mut Vec<Definition>) {
    let mut comment: Vec<&str> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some(said) = line.strip_prefix('#') {
            comment.push(said.trim());
            continue;
        }
        let above = std::mem::take(&mut comment);
        let mut words = line.split_whitespace().skip_while(|word| *word == "must_use");
        let Some(kind @ ("fn" | "struct" | "enum" | "const")) = words.next() else { continue };
        let name = words.next().unwrap_or_default();
        let name = &name[..name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len())];
        if above.is_empty() || name.is_empty() || name.starts_with('_') {
            continue;
        }
        let rest = &text[start..];
        let body = match kind {
            "const" => line.trim_end(),
            _ if rest.lines().next().is_some_and(|first| first.ends_with('}')) => line.trim_end(),
            _ => &rest[..rest.find("\n}").map_or(rest.len(), |end| end + 2)],
        };
        let head = if kind == "fn" { body.split(" {").next().unwrap_or(body) } else { body };
        found.push(Definition { name, module, head, body, text: paragraphs(&above) });
    }
}

/// The comment at the beginning of a program, in paragraphs.
pub(super) fn program_text(name: &str) -> String {
    let lines = library::program_source(name).unwrap_or_default().lines();
    let comment: Vec<&str> = lines.map_while(|line| line.strip_prefix('#')).map(str::trim).collect();
    paragraphs(&comment)
}

fn paragraphs(lines: &[&str]) -> String {
    let parts: Vec<String> =
        lines.split(|line| line.is_empty()).filter(|part| !part.is_empty()).map(|part| part.join(" ")).collect();
    parts.join("\n\n")
}
