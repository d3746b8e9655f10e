//! What is known while one function's body, or one constant, is checked: its locals, its blocks, what it refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Checker;
use super::declarations::duplicate;
use super::layout::TypeId;
use super::tree::{Expr, ExprKind, FunctionId, GlobalId, Local, LocalId, Place, PlaceKind, Stmt, StmtKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

/// What kind of body is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BodyKind {
    /// A function's.
    Function,
    /// The statements of the script: a `let` in its outermost block is a global.
    Main,
    /// A program's, which is another process.
    Program,
    /// The value of a constant, a default, an array's length.
    Constant,
}

/// What a name in a block stands for.
#[derive(Clone, Debug)]
pub(super) enum Binding {
    Local(LocalId),
    Const(Expr),
}

struct Bound {
    binding: Binding,
    span: Span,
    used: bool,
    /// Whether it is worth a warning if nobody uses it.
    watched: bool,
}

pub(super) struct Body<'c, 'a> {
    pub(super) checker: &'c mut Checker<'a>,
    /// Of the file in which the body stands.
    pub(super) scope: usize,
    pub(super) kind: BodyKind,
    pub(super) result: TypeId,
    pub(super) locals: Vec<Local>,
    blocks: Vec<BTreeMap<Arc<str>, Bound>>,
    /// For each enclosing loop whether a `break` leaves it.
    pub(super) loops: Vec<bool>,
    /// Globals of the script that are declared already, while `Main` is checked.
    pub(super) lets: usize,
    calls: BTreeSet<FunctionId>,
    uses: BTreeSet<GlobalId>,
    pub(super) calls_main: bool,
    pub(super) uses_tls: bool,
    /// The `lock` statements around, from the outside in.
    pub(super) locks: Vec<OpenLock>,
}

/// A `lock` statement whose block is being checked.
#[derive(Clone)]
pub(super) struct OpenLock {
    /// The hidden local with the mutex's address.
    pub(super) mutex: Place,
    /// How many loops there are around it.
    pub(super) loops: usize,
}

/// What a finished body is made into.
pub(super) struct Finished {
    pub(super) locals: Vec<Local>,
    pub(super) calls: Vec<FunctionId>,
    pub(super) uses: Vec<GlobalId>,
    pub(super) calls_main: bool,
    pub(super) uses_tls: bool,
}

impl<'c, 'a> Body<'c, 'a> {
    pub(super) fn new(checker: &'c mut Checker<'a>, scope: usize, kind: BodyKind, result: TypeId) -> Self {
        Self {
            checker,
            scope,
            kind,
            result,
            locals: Vec::new(),
            blocks: vec![BTreeMap::new()],
            loops: Vec::new(),
            lets: 0,
            calls: BTreeSet::new(),
            uses: BTreeSet::new(),
            calls_main: false,
            uses_tls: false,
            locks: Vec::new(),
        }
    }

    /// Ends the outermost block and hands out what the function needs beside its statements.
    pub(super) fn finish(mut self) -> Finished {
        self.leave();
        if self.locals.iter().any(|local| self.checker.types.size(local.ty) > 4096) {
            self.copies_much();
        }
        Finished {
            locals: self.locals,
            calls: self.calls.into_iter().collect(),
            uses: self.uses.into_iter().collect(),
            calls_main: self.calls_main,
            uses_tls: self.uses_tls,
        }
    }

    /// Whether a `let` here is a global.
    pub(super) fn is_top_level(&self) -> bool {
        self.kind == BodyKind::Main && self.blocks.len() == 1
    }

    /// Begins a block.
    pub(super) fn enter(&mut self) {
        self.blocks.push(BTreeMap::new());
    }

    /// Ends a block; warns of variables that were never used.
    pub(super) fn leave(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        for (name, bound) in block {
            if bound.watched && !bound.used && self.scope == 0 && !name.starts_with('_') {
                let message = format!("`{name}` is never used");
                let warning = Diagnostic::warning(Code::UnusedVariable, message, bound.span, "unused");
                self.checker.report(warning.with_help(format!("remove it, or call it `_{name}`")));
            }
        }
    }

    /// A new local without a name.
    pub(super) fn hidden(&mut self, ty: TypeId, span: Span) -> LocalId {
        self.push_local(String::new(), ty, span)
    }

    fn push_local(&mut self, name: String, ty: TypeId, span: Span) -> LocalId {
        let ty = self.checker.limit_size(ty, span);
        self.locals.push(Local { name, ty, address_taken: false, span });
        LocalId(self.locals.len() as u32 - 1)
    }

    /// A new local; `_` binds nothing.
    pub(super) fn declare(&mut self, name: &ast::Name, ty: TypeId, watched: bool) -> LocalId {
        let local = self.push_local(name.text.to_string(), ty, name.span);
        self.bind(name, Binding::Local(local), watched);
        local
    }

    /// Gives a name a meaning in the innermost block.
    pub(super) fn bind(&mut self, name: &ast::Name, binding: Binding, watched: bool) {
        if &*name.text == "_" {
            return;
        }
        let block = self.blocks.last_mut().expect("a body has at least one block");
        if let Some(first) = block.get(&name.text) {
            let error = duplicate(name, first.span);
            self.checker.report(error);
        }
        let bound = Bound { binding, span: name.span, used: false, watched };
        let _ = block.insert(name.text.clone(), bound);
    }

    /// What a name of a block stands for; counts as a use.
    pub(super) fn binding(&mut self, name: &str) -> Option<Binding> {
        let bound = self.blocks.iter_mut().rev().find_map(|block| block.get_mut(name))?;
        bound.used = true;
        Some(bound.binding.clone())
    }

    /// Every name of the enclosing blocks.
    pub(super) fn visible_locals(&self) -> Vec<Arc<str>> {
        self.blocks.iter().rev().flat_map(BTreeMap::keys).cloned().collect()
    }

    /// A reference to a declared function.
    pub(super) fn function(&mut self, index: usize) -> FunctionId {
        let id = self.checker.request_function(index);
        let _ = self.calls.insert(id);
        id
    }

    /// A reference to a declared global.
    pub(super) fn global(&mut self, index: usize) -> GlobalId {
        let id = self.checker.request_global(index);
        if self.checker.globals[index].thread_local {
            self.needs_tls();
        }
        let _ = self.uses.insert(id);
        id
    }

    /// Notes that the body needs a thread's own storage.
    pub(super) fn needs_tls(&mut self) {
        self.uses_tls = true;
        self.checker.uses_tls = true;
    }

    /// Notes that generated code will call these functions of the stdlib.
    pub(super) fn support(&mut self, names: &[&str]) {
        for name in names {
            if let Some(id) = self.checker.request_support(name) {
                let _ = self.calls.insert(id);
            }
        }
    }

    /// Notes that the body copies or clears more than one instruction can.
    pub(super) fn copies_much(&mut self) {
        self.support(&["memcpy", "memset"]);
    }

    /// An expression node.
    pub(super) fn expr_node(&mut self, kind: ExprKind, ty: TypeId, span: Span) -> Expr {
        if self.checker.types.is_aggregate(ty) && self.checker.types.size(ty) > 4096 {
            self.copies_much();
        }
        Expr { kind, ty, span }
    }

    /// The value in a place.
    pub(super) fn load(&mut self, place: Place) -> Expr {
        let (ty, span) = (place.ty, place.span);
        self.expr_node(ExprKind::Load(Box::new(place)), ty, span)
    }

    /// Sets a new hidden local to `value`: the statement and the place.
    pub(super) fn keep(&mut self, value: Expr) -> (Stmt, Place) {
        let (ty, span) = (value.ty, value.span);
        let local = self.hidden(ty, span);
        let place = Place { kind: PlaceKind::Local(local), ty, span };
        (Stmt { kind: StmtKind::Init { local, value }, span }, place)
    }

    /// The source text in `span` for use in a help: `…` if it is long.
    pub(super) fn snippet(&self, span: Span) -> String {
        let text = self.checker.text(span);
        if text.is_empty() || text.len() > 50 || text.contains('\n') { "…".to_owned() } else { text.to_owned() }
    }

    /// The same, in parentheses if it is more than a name, a call or a literal.
    pub(super) fn operand_snippet(&self, span: Span) -> String {
        let text = self.snippet(span);
        if text.contains(' ') && !text.ends_with([')', ']']) { format!("({text})") } else { text }
    }

    /// Reports an error and gives the expression that fits everywhere.
    pub(super) fn fail(&mut self, error: Diagnostic) -> Expr {
        let span = error.span();
        self.checker.report(error);
        wrong(span)
    }
}

/// The expression after a reported error.
pub(super) fn wrong(span: Span) -> Expr {
    Expr { kind: ExprKind::Zero, ty: TypeId::ERROR, span }
}

/// An error with a help, if there is one.
pub(super) fn with_help(error: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => error.with_help(help),
        None => error,
    }
}
