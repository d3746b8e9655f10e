//! Common mistakes, and what is said of each: the lists are in `tests/it/mistakes`, parted by lines of `---`, and each has its
//! snapshot beside it.
//!
//! What is said first of a mistake names what to type instead.

use ring3::base::span::SourceFile;
use ring3::cmd::settings;
use ring3::lang::diagnostic::Diagnostic;
use ring3::lang::pipeline;

use crate::harness::{read, root};

/// What `ring3 check` finds in a text.
pub fn diagnostics(text: &str) -> (Vec<Diagnostic>, Vec<SourceFile>) {
    let source = SourceFile { name: "t.r3".to_owned(), text: text.to_owned() };
    let compilation = pipeline::compile(source);
    let mut found = compilation.diagnostics;
    if let Some(compiled) = compilation.compiled {
        found.extend(settings::from_script(&compiled.settings).err().unwrap_or_default());
    }
    (found, compilation.sources.iter().map(|source| (**source).clone()).collect())
}

/// A script, and each diagnostic in a few short lines.
fn account(text: &str, diagnostics: &[Diagnostic], sources: &[SourceFile]) -> String {
    let mut out: String = text.lines().map(|line| format!("  | {line}\n")).collect();
    for diagnostic in diagnostics {
        let span = diagnostic.span();
        let source = &sources[usize::from(span.file.0)];
        let at = source.text.get(span.start as usize..span.end as usize).unwrap_or("?").replace('\n', "⏎");
        let (line, column) = source.line_column(span.start);
        out.push_str(&format!("{} {}\n", diagnostic.code.id(), diagnostic.message));
        out.push_str(&format!("  {line}:{column} `{at}`: {}\n", diagnostic.labels[0].text));
        out.extend(diagnostic.labels[1..].iter().map(|label| format!("  also: {}\n", label.text)));
        out.extend(diagnostic.help.iter().map(|help| format!("  help: {help}\n")));
    }
    out
}

fn check(list: &str, at_least: usize) {
    let folder = root().join("tests/it/mistakes");
    let text = read(&folder.join(format!("{list}.txt")));
    let scripts: Vec<&str> = text.split("\n---\n").collect();
    assert!(scripts.len() >= at_least, "{} mistakes in {list}", scripts.len());
    let mut accounts = Vec::new();
    let mut helpless = Vec::new();
    for script in scripts {
        let (diagnostics, sources) = diagnostics(&format!("{}\n", script.trim_end_matches('\n')));
        let said = account(script, &diagnostics, &sources);
        let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error()).or(diagnostics.first());
        // What to type stands in backquotes, or is a name.
        if first.is_none_or(|first| first.help.is_none()) {
            helpless.push(said.clone());
        }
        accounts.push(said);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(list, accounts.join("\n")));
    assert!(helpless.is_empty(), "no help for\n{}", helpless.join("\n"));
}

#[test]
fn mistakes_of_form() {
    check("syntax", 110);
}

#[test]
fn mistakes_of_meaning() {
    check("meaning", 110);
}
