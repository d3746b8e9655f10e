//! Typed results, and mistakes with what is said of them.

use super::tree::Program;
use super::{Module, Modules, check};
use crate::base::span::{FileIndex, SourceFile};
use crate::lang::diagnostic::{Diagnostic, render};
use crate::lang::library;
use crate::lang::syntax::parse;

mod mistakes;
mod typed;

/// Parses and checks a script together with the whole stdlib.
fn checked(text: &str) -> (Option<Program>, Vec<Diagnostic>, Vec<SourceFile>) {
    let mut sources = vec![SourceFile { name: "t.r3".into(), text: text.into() }];
    let mut diagnostics = Vec::new();
    for name in library::modules() {
        let text = library::source(name).expect("listed modules have a source").to_owned();
        sources.push(SourceFile { name: format!("<stdlib>/{name}.r3"), text });
    }
    let mut files = Vec::new();
    for (i, source) in sources.iter().enumerate() {
        let (file, mistakes) = parse(source, FileIndex(i as u16));
        files.push(file);
        diagnostics.extend(mistakes);
    }
    let mut files = files.into_iter();
    let script = files.next().expect("the script is the first file");
    let library = library::modules().into_iter().zip(files);
    let library = library.map(|(name, file)| Module { name: name.to_owned(), file }).collect();
    let modules = Modules { script, library, sources: sources.clone() };
    if diagnostics.iter().any(Diagnostic::is_error) {
        return (None, diagnostics, sources);
    }
    let (program, found) = check(&modules);
    (program, found, sources)
}

/// The program of a script without mistakes.
fn program(text: &str) -> Program {
    let (program, diagnostics, sources) = checked(text);
    assert!(diagnostics.is_empty(), "{}", render(&diagnostics, &sources, false));
    program.expect("a script without diagnostics has a program")
}

/// What is said of a script.
fn said(text: &str) -> String {
    let (_, diagnostics, sources) = checked(text);
    render(&diagnostics, &sources, false)
}
