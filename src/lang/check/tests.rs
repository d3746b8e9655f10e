//! Typed results, and mistakes with what is said of them.

use std::sync::{Arc, OnceLock};

use super::tree::Program;
use super::{Module, Modules, check, session};
use crate::base::span::{FileIndex, SourceFile};
use crate::lang::diagnostic::{Diagnostic, render};
use crate::lang::library;
use crate::lang::syntax::parse;

mod mistakes;
mod typed;

/// The stdlib, parsed once: its sources follow the script's in the numbering of files.
fn parsed_library() -> &'static (Vec<Module>, Vec<SourceFile>) {
    static LIBRARY: OnceLock<(Vec<Module>, Vec<SourceFile>)> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let mut modules = Vec::new();
        let mut sources = Vec::new();
        for (i, name) in library::modules().into_iter().enumerate() {
            let text = library::source(name).expect("listed modules have a source").to_owned();
            let source = SourceFile { name: format!("<stdlib>/{name}.r3"), text };
            let (file, mistakes) = parse(&source, FileIndex(i as u16 + 1));
            assert!(mistakes.is_empty(), "{name}: {mistakes:?}");
            modules.push(Module { name: name.to_owned(), file });
            sources.push(source);
        }
        (modules, sources)
    })
}

/// Parses and checks a script together with the whole stdlib.
fn checked(text: &str) -> (Option<Program>, Vec<Diagnostic>, Vec<SourceFile>) {
    let (library, library_sources) = parsed_library();
    let script = SourceFile { name: "t.r3".into(), text: text.into() };
    let (file, mistakes) = parse(&script, FileIndex(0));
    let mut sources = vec![script];
    sources.extend(library_sources.iter().cloned());
    if mistakes.iter().any(Diagnostic::is_error) {
        return (None, mistakes, sources);
    }
    let shared = sources.iter().cloned().map(Arc::new).collect();
    let library = Arc::new(library.clone());
    let modules = Modules { script: file, library, extent: session::Extent::Script, sources: shared };
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
