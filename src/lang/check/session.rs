//! What a line of a session sees: the lines before it, each a scope of its own in which its types and names keep their
//! meaning, and their functions and variables, which are compiled already.
//!
//! A name means what the newest line that defines it says. Nothing of an earlier line is checked again.

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
}

/// A line that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its definitions and statements.
    pub file: ast::File,
    /// The types of its variables, in the order of their `let`s.
    pub lets: Vec<TypeId>,
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
            Extent::Line(before) => Some(before),
            Extent::Script | Extent::Whole => None,
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
        self.before().is_some() && self.functions[index].scope != 0
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
        if self.before().is_none() {
            return;
        }
        for item in &self.files.script.items {
            let (name, what, help) = match item {
                ast::Item::Program(program) => {
                    (&program.name, "a program", "write it in a file, and start with `ring3 repl FILE`")
                }
                ast::Item::Machine(_)
                | ast::Item::Fn(_)
                | ast::Item::Struct(_)
                | ast::Item::Enum(_)
                | ast::Item::Const(_)
                | ast::Item::Use(_) => {
                    continue;
                }
            };
            let message = format!("{what} can not be added to a machine that runs");
            let error = Diagnostic::error(Code::Misplaced, message, name.span, "not in a session");
            self.report(error.with_help(help));
        }
        for statement in &self.files.script.statements {
            if let ast::StmtKind::Let { thread_local: Some(word), .. } = &statement.kind {
                let message = "the storage of the threads was laid out when the session began";
                let error = Diagnostic::error(Code::Misplaced, message, *word, "no thread-local variable can be added");
                self.report(error.with_help("leave the word out"));
            }
        }
    }

    /// The line, once it was checked without error.
    pub(super) fn line(&self) -> Line {
        let own = self.globals.iter().filter(|global| global.scope == 0);
        let types = own.map(|global| match &global.progress {
            Progress::Done((ty, _)) => *ty,
            Progress::Waiting | Progress::Begun => TypeId::ERROR,
        });
        let mut lets: Vec<TypeId> = types.collect();
        let count = self.files.script.statements.iter().filter(|s| matches!(s.kind, ast::StmtKind::Let { .. })).count();
        let value = lets.get(count).copied();
        lets.truncate(count);
        Line { lets, value }
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
