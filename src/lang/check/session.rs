//! What a line of a session sees: the lines before it, each a scope of its own in which its types and names keep their
//! meaning, and their functions and variables, which are compiled already.
//!
//! A name means what the newest line that defines it says. Nothing of an earlier line is checked again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Checker;
use super::body::Body;
use super::declarations::{GlobalDecl, Progress};
use super::layout::{TypeId, Types};
use super::scope::Symbol;
use super::tree::{Block, ExprKind, Function, FunctionId, Line, Place, PlaceKind, Stmt, StmtKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

/// The name of the last value.
pub(super) const LAST_VALUE: &str = "_";

/// How far what is checked goes beyond a script.
#[derive(Clone, Debug, Default)]
pub enum Extent {
    /// A script, its programs, and what these need of the library.
    #[default]
    Script,
    /// The same with everything of the library, needed or not: what lines of a session are linked to.
    Whole,
    /// A line of a session; it needs nothing of the library but its declarations.
    Line(Before),
    /// The programs of a line: other processes, with all that they use of the library and of earlier lines.
    Programs(Before),
}

/// What came before a line.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// The lines that were accepted, oldest first.
    pub lines: Vec<Arc<Checked>>,
    /// The types as the last of them left them: their numbers stay what they are.
    pub types: Types,
    /// What stands for the value of this line.
    pub value: Option<ast::Name>,
    /// Bytes of each thread's storage that their thread-local variables take.
    pub thread_bytes: u64,
    /// Whether `machine { }` has been followed already, and means nothing more.
    pub is_configured: bool,
}

/// Bytes of each thread's storage that are kept for the thread-local variables of lines, as a C library keeps some for the
/// libraries that a process loads while it runs.
pub const LINES_STORAGE: u64 = 1024;
/// To what a thread's storage is aligned.
const STORAGE_ALIGN: u64 = 16;

/// Where thread-local variables lie.
#[derive(Clone, Debug, Default)]
pub(super) struct Storage {
    /// From the base of a thread's storage, which lies below it; by the number of the declaration.
    pub(super) offsets: BTreeMap<usize, i64>,
    /// Bytes in all.
    pub(super) bytes: u64,
}

/// A line that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its definitions and statements.
    pub file: ast::File,
    /// The types of its variables, in the order of their `let`s.
    pub lets: Vec<TypeId>,
    /// Where those of them that are thread-local lie in a thread's storage.
    pub offsets: Vec<Option<i64>>,
    /// Its value's name and type, if it has a value.
    pub value: Option<(ast::Name, TypeId)>,
}

impl Checked {
    /// The place and type of each variable, the value's included.
    pub fn variables(&self) -> impl Iterator<Item = (&ast::Name, TypeId)> {
        let names = self.file.statements.iter().filter_map(|statement| match &statement.kind {
            ast::StmtKind::Let { name, .. } => Some(name),
            ast::StmtKind::Const(_)
            | ast::StmtKind::Assign { .. }
            | ast::StmtKind::Expr(_)
            | ast::StmtKind::If { .. }
            | ast::StmtKind::While { .. }
            | ast::StmtKind::Loop { .. }
            | ast::StmtKind::For { .. }
            | ast::StmtKind::Match { .. }
            | ast::StmtKind::Lock { .. }
            | ast::StmtKind::Break
            | ast::StmtKind::Continue
            | ast::StmtKind::Return(_)
            | ast::StmtKind::Assert { .. }
            | ast::StmtKind::Block(_) => None,
        });
        names.zip(self.lets.iter().copied()).chain(self.value.iter().map(|(name, ty)| (name, *ty)))
    }
}

impl<'a> Checker<'a> {
    /// What came before the line that is checked, if one is.
    pub(super) fn before(&self) -> Option<&'a Before> {
        match &self.files.extent {
            Extent::Line(before) | Extent::Programs(before) => Some(before),
            Extent::Script | Extent::Whole => None,
        }
    }

    /// Whether a line is checked, which is linked to what is compiled already.
    pub(super) fn is_line(&self) -> bool {
        matches!(self.files.extent, Extent::Line(_))
    }

    /// Whether a scope is the script's, or that of a line, and not a module's.
    pub(super) fn is_of_script(&self, scope: usize) -> bool {
        scope == 0 || scope >= self.first_line()
    }

    /// Lays out the storage of a thread. A line goes on where the lines before it ended.
    pub(super) fn storage(&self) -> Storage {
        let mut storage = Storage::default();
        let (mut used, mut known) = (0_u64, BTreeMap::new());
        if let Extent::Line(before) = &self.files.extent {
            used = before.thread_bytes;
            for (scope, line) in (self.first_line()..).zip(&before.lines) {
                let own = (0..self.globals.len()).filter(|&index| self.globals[index].scope == scope);
                known.extend(own.zip(&line.offsets).filter_map(|(index, offset)| Some((index, (*offset)?))));
            }
        }
        for &index in self.requested_globals.iter().filter(|&&index| self.globals[index].thread_local) {
            let Progress::Done((ty, _)) = self.globals[index].progress else { continue };
            if let Some(&offset) = known.get(&index) {
                let _ = storage.offsets.insert(index, offset);
                continue;
            }
            let at = used.next_multiple_of(self.types.align(ty));
            let _ = storage.offsets.insert(index, at as i64);
            used = at.saturating_add(self.types.size(ty));
        }
        storage.bytes = match self.files.extent {
            Extent::Script | Extent::Programs(_) => used.next_multiple_of(STORAGE_ALIGN),
            Extent::Whole => used.next_multiple_of(STORAGE_ALIGN) + LINES_STORAGE,
            Extent::Line(_) => used,
        };
        let base = if self.is_line() { LINES_STORAGE } else { storage.bytes };
        for (index, offset) in &mut storage.offsets {
            if !known.contains_key(index) {
                *offset -= base as i64;
            }
        }
        storage
    }

    /// The thread-local variables of all lines have to find room.
    pub(super) fn check_storage(&mut self) {
        if !self.is_line() || !self.errors.is_empty() || self.storage().bytes <= LINES_STORAGE {
            return;
        }
        for statement in &self.files.script.statements {
            if let ast::StmtKind::Let { thread_local: Some(word), .. } = &statement.kind {
                let message =
                    format!("the thread-local variables of all lines take more than {LINES_STORAGE} bytes of a thread");
                let error = Diagnostic::error(Code::Misplaced, message, *word, "no room for this");
                return self.report(error.with_help("allocate it, and keep a thread-local pointer to it"));
            }
        }
    }

    /// The file whose names a scope holds.
    pub(super) fn file(&self, scope: usize) -> &'a ast::File {
        let files = self.files;
        match scope.checked_sub(1) {
            None => &files.script,
            Some(i) if i < files.library.len() => &files.library[i].file,
            Some(i) => &self.before().expect("only lines have further scopes").lines[i - files.library.len()].file,
        }
    }

    /// The scope of the first line; the others follow.
    pub(super) fn first_line(&self) -> usize {
        1 + self.files.library.len()
    }

    /// Declares what earlier lines define. Their variables have their types already.
    pub(super) fn collect_lines(&mut self) {
        let Some(before) = self.before() else { return };
        for (i, line) in before.lines.iter().enumerate() {
            let (scope, first) = (self.first_line() + i, self.globals.len());
            self.collect(scope, &line.file);
            for (global, &ty) in self.globals[first..].iter_mut().zip(&line.lets) {
                global.progress = Progress::Done((ty, None));
            }
            if let Some((name, ty)) = &line.value {
                let _ =
                    self.scopes[scope].own.insert(LAST_VALUE.into(), (Symbol::Global(self.globals.len()), name.span));
                self.globals.push(variable(name, scope, Progress::Done((*ty, None))));
            }
        }
    }

    /// A line that was compiled already stands for its functions; so does the library.
    pub(super) fn is_compiled(&self, index: usize) -> bool {
        self.is_line() && self.functions[index].scope != 0
    }

    /// A function that is compiled already: all of it but its body.
    pub(super) fn compiled(&mut self, id: FunctionId, index: usize) {
        let decl = &self.functions[index];
        let function = Function {
            name: decl.ast.name.text.to_string(),
            params: 0,
            locals: Vec::new(),
            result: decl.result,
            body: Block::default(),
            span: decl.ast.name.span,
            calls: Vec::new(),
            uses: Vec::new(),
            calls_main: false,
            uses_tls: false,
        };
        let _ = self.bodies.insert(id, function);
    }

    /// Asks for all functions and variables of the library.
    pub(super) fn request_library(&mut self) {
        for index in 0..self.functions.len() {
            let _ = self.request_function(index);
        }
        for index in 0..self.globals.len() {
            let _ = self.global_type(index);
            let _ = self.request_global(index);
        }
    }

    /// Asks for all variables of the line, used or not: a later line may use them.
    pub(super) fn request_line(&mut self) {
        for index in 0..self.globals.len() {
            if self.globals[index].scope == 0 && &*self.globals[index].name.text != "_" {
                let _ = self.request_global(index);
            }
        }
    }

    /// What a line can not hold is told.
    pub(super) fn check_line_items(&mut self) {
        let Extent::Line(Before { is_configured: false, .. }) = self.files.extent else { return };
        for item in &self.files.script.items {
            if let ast::Item::Machine(machine) = item {
                let message = "the machine runs already, and can not become another one";
                let error = Diagnostic::error(Code::Misplaced, message, machine.span, "too late for this");
                self.report(error.with_help(
                    "`:set frames=3` begins again on such a machine, `:reset` on the same; `ring3 repl FILE` reads it in a file",
                ));
            }
        }
    }

    /// The line, once it was checked without error.
    pub(super) fn line(&self, storage: &Storage) -> Line {
        let own = (0..self.globals.len()).filter(|&index| self.globals[index].scope == 0);
        let types = own.clone().map(|index| match &self.globals[index].progress {
            Progress::Done((ty, _)) => *ty,
            Progress::Waiting | Progress::Begun => TypeId::ERROR,
        });
        let mut lets: Vec<TypeId> = types.collect();
        let offsets = own.map(|index| storage.offsets.get(&index).copied()).collect();
        let count = self.files.script.statements.iter().filter(|s| matches!(s.kind, ast::StmtKind::Let { .. })).count();
        let value = lets.get(count).copied();
        lets.truncate(count);
        Line { lets, offsets, value }
    }
}

fn variable<'a>(
    name: &'a ast::Name,
    scope: usize,
    progress: Progress<(TypeId, Option<super::tree::Expr>)>,
) -> GlobalDecl<'a> {
    GlobalDecl { name, ty: None, value: None, thread_local: false, scope, progress, id: None }
}

impl<'a> Body<'_, 'a> {
    /// The statements of a line: the value of the last one is kept, if it has one.
    pub(super) fn line_statements(&mut self, statements: &'a [ast::Stmt]) -> Vec<Stmt> {
        let name = self.checker.before().and_then(|before| before.value.as_ref());
        let (Some(name), Some((last, first))) = (name, statements.split_last()) else {
            return self.statements(statements).0;
        };
        let ast::StmtKind::Expr(expr) = &last.kind else { return self.statements(statements).0 };
        if self.is_mark(expr) {
            return self.statements(statements).0;
        }
        let (mut stmts, _) = self.statements(first);
        let kind = self.line_value(expr, name, last.span);
        stmts.extend(kind.map(|kind| Stmt { kind, span: last.span }));
        stmts
    }

    fn line_value(&mut self, expr: &ast::Expr, name: &'a ast::Name, span: Span) -> Option<StmtKind> {
        let mut value = match expr.kind {
            ast::ExprKind::Call { .. } => self.expr(expr, None),
            ast::ExprKind::Int(_)
            | ast::ExprKind::Byte(_)
            | ast::ExprKind::Bool(_)
            | ast::ExprKind::Nil
            | ast::ExprKind::Str(_)
            | ast::ExprKind::Name(_)
            | ast::ExprKind::Unary { .. }
            | ast::ExprKind::Binary { .. }
            | ast::ExprKind::Cast { .. }
            | ast::ExprKind::Index { .. }
            | ast::ExprKind::Slice { .. }
            | ast::ExprKind::Field { .. }
            | ast::ExprKind::Array(_)
            | ast::ExprKind::Repeat { .. }
            | ast::ExprKind::SizeOf(_) => self.value(expr, None),
        };
        if value.ty == TypeId::ERROR {
            return None;
        }
        if value.ty == TypeId::VOID {
            return Some(StmtKind::Expr(value));
        }
        if value.ty == TypeId::NIL {
            value.ty = self.checker.types.pointer(TypeId::BYTE);
            value.kind = ExprKind::Int(0);
        }
        let ty = self.checker.limit_size(value.ty, span);
        let index = self.checker.globals.len();
        self.checker.globals.push(variable(name, 0, Progress::Done((ty, None))));
        let id = self.global(index);
        let place = Place { kind: PlaceKind::Global(id), ty, span };
        Some(StmtKind::Assign { place, value })
    }
}
