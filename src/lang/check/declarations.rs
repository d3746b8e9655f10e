//! The items of all files: collected by name first, then given their layouts, values and signatures.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Checker;
use super::layout::{EnumId, EnumLayout, StructId, StructLayout, TypeId};
use super::scope::{BUILTINS, Scope, Symbol};
use super::tree::{Expr, FunctionId, GlobalId, REPLACED, SUPPORT, THREAD_SUPPORT};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::lang::syntax::ast;

/// How far the work on a declaration that may need others is.
#[derive(Clone, Debug)]
pub(super) enum Progress<T> {
    Waiting,
    Begun,
    Done(T),
}

/// A parameter of a known function.
#[derive(Clone, Debug)]
pub(super) struct Param {
    pub(super) name: Arc<str>,
    pub(super) ty: TypeId,
    pub(super) has_default: bool,
    /// Evaluated when a call leaves the argument out for the first time.
    pub(super) default: Option<Expr>,
    pub(super) span: Span,
}

pub(super) struct FunctionDecl<'a> {
    pub(super) ast: &'a ast::Fn,
    pub(super) scope: usize,
    pub(super) params: Vec<Param>,
    pub(super) result: TypeId,
    pub(super) id: Option<FunctionId>,
}

pub(super) struct StructDecl<'a> {
    pub(super) ast: &'a ast::Struct,
    pub(super) scope: usize,
    pub(super) progress: Progress<()>,
}

pub(super) struct EnumDecl<'a> {
    pub(super) ast: &'a ast::Enum,
    pub(super) scope: usize,
    pub(super) progress: Progress<()>,
}

pub(super) struct ConstDecl<'a> {
    pub(super) ast: &'a ast::Const,
    pub(super) scope: usize,
    pub(super) progress: Progress<Expr>,
}

pub(super) struct GlobalDecl<'a> {
    pub(super) name: &'a ast::Name,
    pub(super) ty: Option<&'a ast::Type>,
    pub(super) value: Option<&'a ast::Expr>,
    /// Whether each thread has its own.
    pub(super) thread_local: bool,
    pub(super) scope: usize,
    /// Type and, for a module's global, its constant value. A script's is done when its `let` has been checked.
    pub(super) progress: Progress<(TypeId, Option<Expr>)>,
    pub(super) id: Option<GlobalId>,
}

pub(super) struct ProgramDecl<'a> {
    pub(super) ast: &'a ast::Program,
}

impl<'a> Checker<'a> {
    /// Declares everything at the top level of all files.
    pub(super) fn declare(&mut self) {
        let files = self.files;
        let lines = self.before().map_or(0, |before| before.lines.len());
        self.scopes.resize_with(self.first_line() + lines, Scope::default);
        if self.before().is_none() {
            self.collect(0, &files.script);
        }
        for (i, module) in files.library.iter().enumerate() {
            self.collect(i + 1, &module.file);
        }
        if self.before().is_some() {
            // Numbers of structs and enums go on from line to line, so the newest comes last.
            self.collect_lines();
            self.collect(0, &files.script);
        }
        self.resolve_uses();
        self.find_support();
        for i in 0..self.enums.len() {
            self.ensure_enum(EnumId(i as u32));
        }
        for i in 0..self.structs.len() {
            self.ensure_struct(StructId(i as u32));
        }
        for i in 0..self.functions.len() {
            self.sign(i);
        }
        for i in 0..self.consts.len() {
            if self.consts[i].scope == 0 {
                let _ = self.constant(i);
            }
        }
        self.read_settings();
    }

    pub(super) fn collect(&mut self, scope: usize, file: &'a ast::File) {
        for item in &file.items {
            match item {
                ast::Item::Fn(ast) => {
                    self.define(scope, &ast.name, Symbol::Function(self.functions.len()));
                    let result = TypeId::VOID;
                    self.functions.push(FunctionDecl { ast, scope, params: Vec::new(), result, id: None });
                }
                ast::Item::Struct(ast) => {
                    self.define(scope, &ast.name, Symbol::Struct(StructId(self.structs.len() as u32)));
                    self.structs.push(StructDecl { ast, scope, progress: Progress::Waiting });
                    let name = ast.name.text.to_string();
                    self.types.structs.push(StructLayout { name, fields: Vec::new(), size: 0, align: 1 });
                }
                ast::Item::Enum(ast) => {
                    self.define(scope, &ast.name, Symbol::Enum(EnumId(self.enums.len() as u32)));
                    self.enums.push(EnumDecl { ast, scope, progress: Progress::Waiting });
                    let name = ast.name.text.to_string();
                    self.types.enums.push(EnumLayout { name, variants: Vec::new() });
                }
                ast::Item::Const(ast) => {
                    self.define(scope, &ast.name, Symbol::Const(self.consts.len()));
                    self.consts.push(ConstDecl { ast, scope, progress: Progress::Waiting });
                }
                ast::Item::Program(ast) => {
                    self.define(scope, &ast.name, Symbol::Program);
                    if scope == 0 {
                        self.programs.push(ProgramDecl { ast });
                    }
                }
                ast::Item::Machine(_) | ast::Item::Use(_) => {}
            }
        }
        for statement in &file.statements {
            if let ast::StmtKind::Let { thread_local, name, ty, value } = &statement.kind {
                if let (Some(_), Some(value)) = (thread_local, value) {
                    let message = format!("`{}` begins as zero in each thread", name.text);
                    let error = Diagnostic::error(Code::ThreadLocalValue, message, value.span, "no value expected");
                    self.report(error.with_help("assign it where a thread begins to use it"));
                }
                if &*name.text != "_" {
                    self.define(scope, name, Symbol::Global(self.globals.len()));
                }
                let (ty, value) = (ty.as_ref(), value.as_ref());
                let (thread_local, progress) = (thread_local.is_some(), Progress::Waiting);
                self.globals.push(GlobalDecl { name, ty, value, thread_local, scope, progress, id: None });
            }
        }
    }

    /// Finds the functions of the library that generated code may call.
    fn find_support(&mut self) {
        for (index, function) in self.functions.iter().enumerate().filter(|(_, function)| function.scope != 0) {
            let mut known = SUPPORT.iter().chain(THREAD_SUPPORT).chain(REPLACED.iter().flatten());
            if let Some(&name) = known.find(|&&name| *function.ast.name.text == *name) {
                let _ = self.support.entry(name).or_insert(index);
            }
        }
    }

    /// Reports a list with more than `most` elements: they are searched one after the other.
    fn limit_count(&mut self, count: usize, most: usize, name: &ast::Name, parts: &str) -> bool {
        if count > most {
            let message = format!("`{}` has {count} {parts}, and at most {most} are allowed", name.text);
            self.error(Code::TooMany, message, name.span, format!("too many {parts}"));
        }
        count <= most
    }

    fn define(&mut self, scope: usize, name: &ast::Name, symbol: Symbol) {
        if matches!(symbol, Symbol::Function(_)) && BUILTINS.contains(&&*name.text) {
            let message = format!("`{}` is built in and cannot be defined again", name.text);
            let error = Diagnostic::error(Code::BuiltinName, message, name.span, "choose another name");
            self.report(error.with_help(format!("call it `my_{}`", name.text)));
            return;
        }
        if let Some(&(_, first)) = self.scopes[scope].own.get(&name.text) {
            self.report(duplicate(name, first));
            return;
        }
        let _ = self.scopes[scope].own.insert(name.text.clone(), (symbol, name.span));
    }

    fn resolve_uses(&mut self) {
        let prelude = self.files.library.iter().position(|module| module.name == "prelude");
        let shared = prelude.map_or_else(Vec::new, |prelude| self.uses(&self.files.library[prelude].file, prelude + 1));
        for scope in 0..self.scopes.len() {
            let file = self.file(scope);
            let mut imports =
                if Some(scope) == prelude.map(|prelude| prelude + 1) { shared.clone() } else { self.uses(file, scope) };
            self.see_lines(scope, &mut imports);
            imports.extend(prelude.map(|prelude| prelude + 1));
            imports.extend(&shared);
            let mut seen = BTreeSet::from([scope]);
            imports.retain(|&import| seen.insert(import));
            self.scopes[scope].imports = imports;
        }
    }

    /// A line sees the lines before it, the newest first, and then what they use.
    fn see_lines(&mut self, scope: usize, imports: &mut Vec<usize>) {
        let (first, all) = (self.first_line(), self.scopes.len());
        if scope != 0 && scope < first {
            return;
        }
        let before = first..if scope == 0 { all } else { scope };
        let mut seen: Vec<usize> = before.clone().rev().collect();
        seen.append(imports);
        for line in before.rev() {
            if self.file(line).items.iter().any(|item| matches!(item, ast::Item::Use(_))) {
                seen.extend(self.uses(self.file(line), line));
            }
        }
        *imports = seen;
    }

    /// The scopes of the modules that a file uses.
    fn uses(&mut self, file: &ast::File, _scope: usize) -> Vec<usize> {
        let mut scopes = Vec::new();
        for item in &file.items {
            let ast::Item::Use(import) = item else { continue };
            let name = &*import.module.text;
            match self.files.library.iter().position(|module| module.name == name) {
                Some(module) => scopes.push(module + 1),
                None => {
                    let message = format!("there is no module `{name}` in the stdlib");
                    let error = Diagnostic::error(Code::UnknownModule, message, import.module.span, "unknown module");
                    let known = self.files.library.iter().map(|module| module.name.as_str());
                    let near = did_you_mean(name, known).map(|near| format!("did you mean `use {near}`?"));
                    self.report(match near {
                        Some(help) => error.with_help(help),
                        None => error,
                    });
                }
            }
        }
        scopes
    }

    /// Resolves the types of a function's parameters and result.
    fn sign(&mut self, index: usize) {
        let FunctionDecl { ast, scope, .. } = self.functions[index];
        let mut params: Vec<Param> = Vec::new();
        if !self.limit_count(ast.params.len(), 100, &ast.name, "parameters") {
            return;
        }
        for param in &ast.params {
            let ty = self.resolve_sized(scope, &param.ty);
            let name = param.name.text.clone();
            if let Some(first) = params.iter().find(|other| other.name == name) {
                self.report(duplicate(&param.name, first.span));
            }
            let has_default = param.default.is_some();
            params.push(Param { name, ty, has_default, default: None, span: param.name.span });
        }
        let result = ast.result.as_ref().map_or(TypeId::VOID, |result| self.resolve_sized(scope, result));
        self.functions[index].params = params;
        self.functions[index].result = result;
    }

    /// Gives an enum its values, those that it needs first.
    pub(super) fn ensure_enum(&mut self, id: EnumId) {
        let index = id.0 as usize;
        let EnumDecl { ast, scope, .. } = self.enums[index];
        match self.enums[index].progress {
            Progress::Done(()) => return,
            Progress::Begun => return self.cycle("enum", &ast.name),
            Progress::Waiting => {}
        }
        self.enums[index].progress = Progress::Begun;
        if !self.limit_count(ast.variants.len(), 10_000, &ast.name, "values") {
            return self.enums[index].progress = Progress::Done(());
        }
        let mut next = 0;
        let mut variants: Vec<(String, i64)> = Vec::new();
        for variant in &ast.variants {
            if let Some(value) = &variant.value {
                next = self.constant_int(scope, value, TypeId::I32).unwrap_or(next);
            }
            if let Some(i) = variants.iter().position(|(name, _)| **name == *variant.name.text) {
                self.report(duplicate(&variant.name, ast.variants[i].name.span));
            }
            if i32::try_from(next).is_err() {
                let message = format!("{next} does not fit in an enum");
                self.error(Code::OutOfRange, message, variant.span, "values have 32 bits");
                next = 0;
            }
            variants.push((variant.name.text.to_string(), next));
            next += 1;
        }
        self.types.enums[index].variants = variants;
        self.enums[index].progress = Progress::Done(());
    }

    /// Lays a structure out, those that it holds first.
    pub(super) fn ensure_struct(&mut self, id: StructId) {
        let index = id.0 as usize;
        let StructDecl { ast, scope, .. } = self.structs[index];
        match self.structs[index].progress {
            Progress::Done(()) => return,
            Progress::Begun => return self.cycle("structure", &ast.name),
            Progress::Waiting => {}
        }
        if self.depth >= ast::MAX_DEPTH {
            return self.cycle("structure", &ast.name);
        }
        if !self.limit_count(ast.fields.len(), 1000, &ast.name, "fields") {
            return self.structs[index].progress = Progress::Done(());
        }
        self.depth += 1;
        self.structs[index].progress = Progress::Begun;
        let mut fields: Vec<(String, TypeId)> = Vec::new();
        for field in &ast.fields {
            if let Some(i) = fields.iter().position(|(name, _)| **name == *field.name.text) {
                self.report(duplicate(&field.name, ast.fields[i].name.span));
                continue;
            }
            let ty = self.resolve_sized(scope, &field.ty);
            fields.push((field.name.text.to_string(), ty));
        }
        let layout = self.types.lay_out(ast.name.text.to_string(), fields);
        if layout.size > super::type_names::MOST_BYTES {
            self.error(Code::TooLarge, "a structure is at most 1 GiB large", ast.name.span, "too large");
        }
        self.types.structs[index] = layout;
        self.structs[index].progress = Progress::Done(());
        self.depth -= 1;
    }

    /// Reports a declaration that needs itself.
    pub(super) fn cycle(&mut self, kind: &str, name: &ast::Name) {
        let message = format!("the {kind} `{}` needs itself", name.text);
        let error = Diagnostic::error(Code::Cycle, message, name.span, "this can never be finished");
        self.report(match kind {
            "structure" => error.with_help(format!("hold a pointer instead: `*{}`", name.text)),
            _ => error.with_help(format!("give `{}` a value that does not lead back to it", name.text)),
        });
    }
}

/// A second definition of a name in one scope.
pub(super) fn duplicate(name: &ast::Name, first: Span) -> Diagnostic {
    let message = format!("`{}` is already defined in this scope", name.text);
    Diagnostic::error(Code::DuplicateName, message, name.span, "a second definition")
        .with_label(first, "the first one")
        .with_help(format!("give it another name, such as `{}2`", name.text))
}
