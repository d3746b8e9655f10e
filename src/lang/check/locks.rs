//! `lock m { }`: the calls that take the mutex and give it back, on every way out of the block.

use super::body::{Body, OpenLock, with_help};
use super::layout::{StructId, Type, TypeId};
use super::places::Spot;
use super::tree::{Block, Callee, CompareOp, Expr, ExprKind, Place, Stmt, StmtKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// A `lock` statement, and whether control reaches its end.
    pub(super) fn lock(&mut self, mutex: &ast::Expr, body: &ast::Block, span: Span) -> (Option<StmtKind>, bool) {
        let head = Span::new(span.file, span.start, mutex.span.end);
        let Some(mutex) = self.mutex_address(mutex) else {
            let (body, falls) = self.block(body);
            return (Some(StmtKind::Block(body)), falls);
        };
        let (keep, place) = self.keep(mutex);
        let mut stmts = vec![Stmt { span: head, ..keep }];
        self.take_lock(&place, head, &mut stmts);
        self.locks.push(OpenLock { mutex: place.clone(), loops: self.loops.len() });
        let (block, falls) = self.block(body);
        let _ = self.locks.pop();
        stmts.push(Stmt { kind: StmtKind::Block(block), span });
        if falls {
            let end = Span::new(body.span.file, body.span.end.saturating_sub(1), body.span.end);
            stmts.extend(self.give_back(&place, end));
        }
        (Some(StmtKind::Block(Block { stmts })), falls)
    }

    /// A statement that leaves the blocks of all locks that stand in at least `loops` loops.
    pub(super) fn unlocked(&mut self, leaves: StmtKind, loops: usize, span: Span) -> StmtKind {
        let left = self.locks.iter().rev().filter(|lock| lock.loops >= loops);
        let left: Vec<Place> = left.map(|lock| lock.mutex.clone()).collect();
        if left.is_empty() {
            return leaves;
        }
        let mut stmts: Vec<Stmt> = left.iter().filter_map(|mutex| self.give_back(mutex, span)).collect();
        stmts.push(Stmt { kind: leaves, span });
        StmtKind::Block(Block { stmts })
    }

    /// `return value`: the value is computed while the locks are still held.
    pub(super) fn returned_unlocked(&mut self, value: Expr, span: Span) -> StmtKind {
        if self.locks.is_empty() || value.word().is_some() || value.ty == TypeId::ERROR {
            return self.unlocked(StmtKind::Return(Some(value)), 0, span);
        }
        let (keep, place) = self.keep(value);
        let value = self.load(place);
        let leave = self.unlocked(StmtKind::Return(Some(value)), 0, span);
        StmtKind::Block(Block { stmts: vec![keep, Stmt { kind: leave, span }] })
    }

    /// The address of what is to be locked; `None` after a report.
    fn mutex_address(&mut self, mutex: &ast::Expr) -> Option<Expr> {
        let spot = self.spot(mutex);
        let wanted = self.checker.mutex();
        let is_mutex = |ty: &Type| matches!(*ty, Type::Struct(id) if Some(id) == wanted);
        let ty = match &spot {
            Spot::Place(place) => place.ty,
            Spot::Value(value) => value.ty,
        };
        if ty == TypeId::ERROR {
            return None;
        }
        let types = &self.checker.types;
        if let &Type::Pointer(target) = types.get(ty)
            && is_mutex(types.get(target))
        {
            return Some(self.spot_value(spot));
        }
        let found_mutex = is_mutex(types.get(ty));
        if let (Spot::Place(place), true) = (spot, found_mutex) {
            self.take_address(&place);
            let (ty, span) = (self.checker.types.pointer(place.ty), place.span);
            return Some(Expr { kind: ExprKind::AddressOf(Box::new(place)), ty, span });
        }
        let text = self.snippet(mutex.span);
        let (message, help) = if found_mutex {
            let help = "keep it in a variable first: `let m: Mutex`".to_owned();
            ("this mutex is a temporary value: nobody else could wait for it".to_owned(), Some(help))
        } else {
            let is_name = matches!(mutex.kind, ast::ExprKind::Name(_));
            let help = is_name.then(|| format!("declare a mutex beside it: `let {text}_lock: Mutex`"));
            (format!("`lock` takes a `Mutex`, not {}", self.checker.quoted(ty)), help)
        };
        let error = Diagnostic::error(Code::NotAMutex, message, mutex.span, "expected a `Mutex`, or a pointer to one");
        self.checker.report(with_help(error, help));
        None
    }

    /// `let r = mutex_lock(p)`, and `lock_failed(r)` if that is an error.
    fn take_lock(&mut self, mutex: &Place, span: Span, stmts: &mut Vec<Stmt>) {
        let pointer = self.load(mutex.clone());
        let Some(call) = self.support_call("mutex_lock", pointer, span) else { return };
        let (keep, answer) = self.keep(call);
        let answer = self.load(answer);
        let zero = Expr { kind: ExprKind::Int(0), ty: TypeId::INT, span };
        let kind = ExprKind::Compare(CompareOp::Ne, Box::new(answer.clone()), Box::new(zero));
        let cond = Expr { kind, ty: TypeId::BOOL, span };
        let failed = self.support_call("lock_failed", answer, span);
        let then = failed.map(|call| Stmt { kind: StmtKind::Expr(call), span }).into_iter().collect();
        let otherwise = Block::default();
        stmts.push(keep);
        stmts.push(Stmt { kind: StmtKind::If { cond, then: Block { stmts: then }, otherwise }, span });
    }

    /// `mutex_unlock(p)`.
    fn give_back(&mut self, mutex: &Place, span: Span) -> Option<Stmt> {
        let pointer = self.load(mutex.clone());
        let call = self.support_call("mutex_unlock", pointer, span)?;
        Some(Stmt { kind: StmtKind::Expr(call), span })
    }

    /// A call of a function of the stdlib with one argument.
    fn support_call(&mut self, name: &str, arg: Expr, span: Span) -> Option<Expr> {
        let index = *self.checker.support.get(name)?;
        let id = self.function(index);
        let ty = self.checker.functions[index].result;
        let kind = ExprKind::Call { callee: Callee::Function(id), args: vec![arg], order: vec![0] };
        Some(Expr { kind, ty, span })
    }
}

impl super::Checker<'_> {
    /// The stdlib's `Mutex`.
    fn mutex(&self) -> Option<StructId> {
        let is_mutex = |decl: &super::StructDecl| decl.scope != 0 && &*decl.ast.name.text == "Mutex";
        self.structs.iter().position(is_mutex).map(|index| StructId(index as u32))
    }
}
