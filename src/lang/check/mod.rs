//! From syntax tree to checked tree: names, types, constants, and what a script's author should be told.
//!
//! [`check`] is the only entry. All items of all modules are declared first, so that their order has no meaning; then
//! the script's statements are checked (which gives its globals their types), then the bodies of functions: all of the
//! script, and of the modules those that something reaches. After an error checking goes on with [`TypeId::ERROR`],
//! which fits everywhere, so that one mistake is reported once.
//!
//! Knows nothing of slots, instructions and images.

mod assertions;
mod atomics;
mod body;
mod builtins;
mod calls;
mod constants;
mod conversions;
mod declarations;
mod expressions;
mod format;
mod functions;
pub mod layout;
mod locks;
mod loops;
mod matches;
mod operators;
mod places;
mod reach;
mod scope;
pub mod session;
mod settings;
mod statements;
pub mod tree;
mod type_names;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::span::{SourceFile, Span};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;
use declarations::{ConstDecl, EnumDecl, FunctionDecl, GlobalDecl, ProgramDecl, StructDecl};
use layout::{TypeId, Types};
use scope::Scope;
use tree::{FunctionId, GlobalId, Program};

/// After this many errors, and after as many warnings, the rest is not kept: a file of a mebibyte may hold one in every line.
const MOST_DIAGNOSTICS: usize = 100;

/// A parsed module of the stdlib.
#[derive(Clone, Debug)]
pub struct Module {
    /// What `use` calls it.
    pub name: String,
    /// Its definitions.
    pub file: ast::File,
}

/// What is checked together.
#[derive(Clone, Debug)]
pub struct Modules {
    /// The script.
    pub script: ast::File,
    /// Every module of the stdlib; the one called `prelude` is used by all.
    pub library: Arc<Vec<Module>>,
    /// How far it goes.
    pub extent: session::Extent,
    /// The texts, by the file index in spans.
    pub sources: Vec<Arc<SourceFile>>,
}

/// Checks a script and the modules it uses. There is a program exactly if no diagnostic is an error. Diagnostics are in
/// the order of the text.
#[must_use]
pub fn check(files: &Modules) -> (Option<Program>, Vec<Diagnostic>) {
    let mut checker = Checker::new(files);
    checker.declare();
    checker.check_all();
    let program = if checker.errors.is_empty() { Some(checker.build()) } else { None };
    let mut diagnostics = checker.errors;
    diagnostics.append(&mut checker.warnings);
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span(), diagnostic.code));
    (program, diagnostics)
}

/// Everything known of the files that are checked together.
struct Checker<'a> {
    files: &'a Modules,
    types: Types,
    /// The script's scope, then one for each module of the library, in its order.
    scopes: Vec<Scope>,
    functions: Vec<FunctionDecl<'a>>,
    structs: Vec<StructDecl<'a>>,
    enums: Vec<EnumDecl<'a>>,
    consts: Vec<ConstDecl<'a>>,
    globals: Vec<GlobalDecl<'a>>,
    programs: Vec<ProgramDecl<'a>>,
    machine: Vec<tree::Setting>,
    /// Which declaration stands behind a [`FunctionId`]; none for the body of a script or a program.
    requested: Vec<Option<usize>>,
    /// Checked functions, by [`FunctionId`].
    bodies: BTreeMap<FunctionId, tree::Function>,
    /// Which declaration stands behind a [`GlobalId`].
    requested_globals: Vec<usize>,
    /// How deep the evaluation of constants, enums and structures is nested.
    depth: u32,
    /// Functions of the library that generated code may call, by name.
    support: BTreeMap<&'static str, usize>,
    /// Whether some body needs a thread's own storage.
    uses_tls: bool,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn new(files: &'a Modules) -> Self {
        Self {
            files,
            types: match &files.extent {
                session::Extent::Line(before) | session::Extent::Programs(before) => before.types.without_layouts(),
                session::Extent::Script | session::Extent::Whole => Types::new(),
            },
            scopes: Vec::new(),
            functions: Vec::new(),
            structs: Vec::new(),
            enums: Vec::new(),
            consts: Vec::new(),
            globals: Vec::new(),
            programs: Vec::new(),
            machine: Vec::new(),
            requested: Vec::new(),
            bodies: BTreeMap::new(),
            requested_globals: Vec::new(),
            depth: 0,
            support: BTreeMap::new(),
            uses_tls: false,
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds a diagnostic, unless there are too many of its kind.
    fn report(&mut self, diagnostic: Diagnostic) {
        let kept = if diagnostic.is_error() { &mut self.errors } else { &mut self.warnings };
        if kept.len() < MOST_DIAGNOSTICS && !kept.contains(&diagnostic) {
            kept.push(diagnostic);
        }
    }

    /// Adds an error with a label at its place.
    fn error(&mut self, code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) {
        self.report(Diagnostic::error(code, message, span, label));
    }

    /// Whether further diagnostics are dropped, so that the search for suggestions can be saved.
    fn is_full(&self) -> bool {
        self.errors.len() >= MOST_DIAGNOSTICS
    }

    /// The source text in `span`.
    fn text(&self, span: Span) -> &'a str {
        let files: &'a Modules = self.files;
        let source = files.sources.get(usize::from(span.file.0));
        source.and_then(|source| source.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// A type's name in quotes, for messages.
    fn quoted(&self, ty: TypeId) -> String {
        format!("`{}`", self.types.name(ty))
    }

    /// The id of the function behind declaration `index`; its body will be checked.
    fn request_function(&mut self, index: usize) -> FunctionId {
        if let Some(id) = self.functions[index].id {
            return id;
        }
        let id = FunctionId(self.requested.len() as u32);
        self.requested.push(Some(index));
        self.functions[index].id = Some(id);
        id
    }

    /// The id of a function of the stdlib that generated code needs; `None` if the library has none of that name.
    fn request_support(&mut self, name: &str) -> Option<FunctionId> {
        let index = *self.support.get(name)?;
        Some(self.request_function(index))
    }

    /// The id of the global behind declaration `index`.
    fn request_global(&mut self, index: usize) -> GlobalId {
        if let Some(id) = self.globals[index].id {
            return id;
        }
        let id = GlobalId(self.requested_globals.len() as u32);
        self.requested_globals.push(index);
        self.globals[index].id = Some(id);
        id
    }
}
