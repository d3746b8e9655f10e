//! The language's table of contents: sources are parsed, checked and compiled to images.
//!
//! ```text
//! SourceFile --syntax--> ast::File --check--> tree::Program --compile--> Image
//! ```
//! Everything that is wrong with a script comes back as diagnostics; nothing here runs anything.

use std::sync::Arc;

use super::check::{self, Modules};
use super::compile::compile_program;
use super::diagnostic::Diagnostic;
use super::{library, needed, syntax};
use crate::abi::image::Image;
use crate::base::span::{FileIndex, SourceFile};

pub use super::check::tree::{Setting, SettingValue};

/// The file index of the script; the modules of the library follow.
const SCRIPT: FileIndex = FileIndex(0);

/// A script that can run.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The script, then each `program` of it.
    pub images: Vec<Image>,
    /// What `machine { }` says, not judged.
    pub settings: Vec<Setting>,
}

/// What became of a source.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// The images, unless a diagnostic is an error.
    pub compiled: Option<Compiled>,
    /// Errors and warnings in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// All texts that spans name: the script first, then the library.
    pub sources: Vec<Arc<SourceFile>>,
}

/// Compiles a script of the user.
#[must_use]
pub fn compile(source: SourceFile) -> Compilation {
    compile_as(source, &[SCRIPT])
}

/// Compiles `stdlib/bin/name.r3`, the program `/bin/name`; `None` if there is none of that name.
///
/// # Panics
/// If the program does not compile, which a test excludes.
#[must_use]
pub fn compile_library_program(name: &str) -> Option<Image> {
    let mut compilation = library_program(name)?;
    let compiled = compilation.compiled.as_mut();
    let mut image = compiled.map(|compiled| compiled.images.swap_remove(0)).expect("the library's programs compile");
    name.clone_into(&mut image.name);
    Some(image)
}

fn library_program(name: &str) -> Option<Compilation> {
    Some(compile_as(library::program(name)?, &[]))
}

/// How much of the library is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What the words in the source lead to.
    Needed,
    /// Everything, so that what is said of a mistake knows all names.
    All,
}

fn compile_as(source: SourceFile, own_files: &[FileIndex]) -> Compilation {
    let quick = compile_with(source.clone(), Extent::Needed, own_files);
    if quick.compiled.is_some() { quick } else { compile_with(source, Extent::All, own_files) }
}

fn compile_with(source: SourceFile, extent: Extent, own_files: &[FileIndex]) -> Compilation {
    let (modules, mut diagnostics) = parse_all(source, extent);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Compilation { compiled: None, diagnostics, sources: modules.sources };
    }
    let (program, found) = check::check(&modules);
    diagnostics.extend(found);
    let compiled = program.and_then(|program| match compile_program(&program, &modules.sources, own_files) {
        Ok(images) => Some(Compiled { images, settings: program.machine }),
        Err(found) => {
            diagnostics.extend(found);
            None
        }
    });
    Compilation { compiled, diagnostics, sources: modules.sources }
}

/// The script and the modules of the library as syntax trees; without the library if the script has a mistake.
pub(super) fn parse_all(script: SourceFile, extent: Extent) -> (Modules, Vec<Diagnostic>) {
    let (tree, mut diagnostics) = syntax::parse(&script, SCRIPT);
    let mut sources = vec![Arc::new(script)];
    sources.extend(library::sources().iter().cloned());
    let mut modules =
        Modules { script: tree, library: Arc::default(), extent: check::session::Extent::Script, sources };
    if diagnostics.iter().any(Diagnostic::is_error) {
        return (modules, diagnostics);
    }
    let needed = match extent {
        Extent::Needed => needed::ranges(&modules.sources[0].text),
        Extent::All => Vec::new(),
    };
    let mut parsed = Vec::new();
    for (i, name) in library::modules().into_iter().enumerate() {
        let (source, index) = (&modules.sources[i + 1], FileIndex(i as u16 + 1));
        let (file, found) = match extent {
            Extent::Needed => syntax::parse_parts(source, index, &needed[i]),
            Extent::All => syntax::parse(source, index),
        };
        diagnostics.extend(found);
        parsed.push(check::Module { name: name.to_owned(), file });
    }
    modules.library = Arc::new(parsed);
    (modules, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All `.r3` files below a directory of the project.
    fn scripts(directory: &std::path::Path, found: &mut Vec<SourceFile>) {
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                scripts(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "r3") {
                #[expect(clippy::disallowed_methods, reason = "the test's own data")]
                let bytes = std::fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                found.push(SourceFile { name: path.display().to_string(), text });
            }
        }
    }

    #[test]
    fn what_is_not_read_of_the_library_makes_no_difference() {
        let mut sources: Vec<SourceFile> = library::programs().into_iter().filter_map(library::program).collect();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        scripts(&root.join("examples"), &mut sources);
        scripts(&root.join("tests"), &mut sources);
        let mut compiled = 0;
        for source in sources {
            let quick = compile_with(source.clone(), Extent::Needed, &[SCRIPT]);
            let whole = compile_with(source.clone(), Extent::All, &[SCRIPT]);
            assert_eq!(quick.compiled.is_some(), whole.compiled.is_some(), "{}", source.name);
            if let (Some(quick_result), Some(whole_result)) = (quick.compiled, whole.compiled) {
                assert!(quick_result.images == whole_result.images, "{}: other images", source.name);
                assert_eq!(quick_result.settings, whole_result.settings, "{}", source.name);
                assert_eq!(quick.diagnostics, whole.diagnostics, "{}", source.name);
                compiled += 1;
            }
        }
        assert!(compiled >= library::programs().len());
    }

    #[test]
    fn a_mistake_is_explained_with_all_of_the_library() {
        let source = SourceFile { name: "t.r3".to_owned(), text: "nanoslep(nil)\n".to_owned() };
        let help = compile(source).diagnostics.into_iter().find_map(|diagnostic| diagnostic.help);
        assert_eq!(help.as_deref(), Some("did you mean `nanosleep`?"));
    }

    /// The text of `RING3_SCRIPT`, or a greeting: `cargo test --release --lib -- --ignored --nocapture the_time`.
    #[test]
    #[ignore = "measures, judges nothing"]
    #[expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "host time is what is measured")]
    fn the_time_to_compile() {
        let text = std::env::var("RING3_SCRIPT").unwrap_or_else(|_| "println(\"Hello, world\")\n".to_owned());
        for _ in 0..10 {
            let source = SourceFile { name: "t.r3".to_owned(), text: text.clone() };
            let start = std::time::Instant::now();
            let (modules, _) = parse_all(source.clone(), Extent::Needed);
            let parsed = start.elapsed();
            let (_, found) = check::check(&modules);
            let checked = start.elapsed() - parsed;
            let start = std::time::Instant::now();
            let is_good = compile(source).compiled.is_some();
            let whole = start.elapsed();
            println!("parse {parsed:?}, check {checked:?}; all {whole:?}, {is_good} {}", found.len());
        }
    }
}
