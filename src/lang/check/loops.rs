//! Loops: ranges, elements, and the ways out.

use super::body::{Body, with_help};
use super::layout::{Type, TypeId};
use super::tree::{Block, Expr, ExprKind, Place, PlaceKind, Stmt, StmtKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// A loop's body, and whether a `break` leaves the loop.
    pub(super) fn loop_body(&mut self, body: &ast::Block) -> (Block, bool) {
        self.loops.push(false);
        let (block, _) = self.block(body);
        (block, self.loops.pop().unwrap_or(true))
    }

    pub(super) fn for_range(
        &mut self,
        name: &ast::Name,
        from: &ast::Expr,
        to: &ast::Expr,
        body: &ast::Block,
    ) -> Option<StmtKind> {
        let first = self.value(from, None);
        let hint = if matches!(first.kind, ExprKind::Int(_)) { None } else { Some(first.ty) };
        let last = self.value(to, hint);
        let failed = first.ty == TypeId::ERROR || last.ty == TypeId::ERROR;
        let (first, last) = match self.same_int(first, last) {
            Ok(both) => both,
            Err(both) => {
                let (first, last) = *both;
                if !failed {
                    let (low, high) = (self.checker.quoted(first.ty), self.checker.quoted(last.ty));
                    let message =
                        format!("a range goes from an integer to one of the same type, not from {low} to {high}");
                    let error = Diagnostic::error(Code::OperandTypes, message, first.span.to(last.span), "not a range");
                    let help = match (self.checker.types.int(first.ty), self.checker.types.int(last.ty)) {
                        (Some(_), Some(_)) => "convert one end with `as`",
                        _ => "count with integers, as `0..n`, or bytes, as `'a'..'z'`; the end is left out",
                    };
                    self.checker.report(error.with_help(help));
                }
                (first, last)
            }
        };
        let ty = if failed || self.checker.types.int(first.ty).is_none() { TypeId::ERROR } else { first.ty };
        self.enter();
        let local = self.declare(name, ty, true);
        let (body, _) = self.loop_body(body);
        self.leave();
        Some(StmtKind::ForRange { local, from: first, to: last, body })
    }

    /// `for x in xs` is a range over the indices, with the element read at the start of each round.
    pub(super) fn for_each(&mut self, name: &ast::Name, over: &ast::Expr, body: &ast::Block) -> Option<StmtKind> {
        let span = over.span;
        let value = self.looked_at(over);
        let element = self.checker.types.element(value.ty);
        let slice = match *self.checker.types.get(value.ty) {
            Type::Array(element, _) => {
                let ty = self.checker.types.slice(element);
                self.slice_of_array(value, ty)
            }
            Type::Slice(_) | Type::Str | Type::Error => value,
            Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => self.not_iterable(over, &value),
        };
        let (keep, place) = self.keep(slice);
        let element = element.unwrap_or(TypeId::ERROR);
        self.enter();
        let index = self.hidden(TypeId::INT, span);
        let local = self.declare(name, element, true);
        let (mut block, _) = self.loop_body(body);
        self.leave();
        let whole = self.load(place.clone());
        let at = Place { kind: PlaceKind::Local(index), ty: TypeId::INT, span };
        let at = Box::new(self.load(at));
        let kind = PlaceKind::SliceElement { base: Box::new(whole.clone()), index: at, checked: false };
        let read = self.load(Place { kind, ty: element, span });
        block.stmts.insert(0, Stmt { kind: StmtKind::Init { local, value: read }, span: name.span });
        let from = Expr { kind: ExprKind::Int(0), ty: TypeId::INT, span };
        let to = Expr { kind: ExprKind::Len(Box::new(whole)), ty: TypeId::INT, span };
        let rounds = Stmt { kind: StmtKind::ForRange { local: index, from, to, body: block }, span };
        Some(StmtKind::Block(Block { stmts: vec![keep, rounds] }))
    }

    fn not_iterable(&mut self, over: &ast::Expr, value: &Expr) -> Expr {
        let found = self.checker.quoted(value.ty);
        let text = self.snippet(over.span);
        let types = &self.checker.types;
        let help = if types.int(value.ty).is_some() {
            Some(format!("write `0..{text}`"))
        } else if matches!(types.get(value.ty), Type::Pointer(_)) {
            Some(format!("say how many: `{text}[0..n]`"))
        } else {
            None
        };
        let message = format!("`for` cannot walk {found}");
        let error = Diagnostic::error(Code::NotIterable, message, over.span, "expected a range, array, slice or str");
        self.fail(with_help(error, help))
    }

    pub(super) fn leave_loop(&mut self, kind: StmtKind, word: &str, span: Span) -> Option<StmtKind> {
        match self.loops.last_mut() {
            Some(left) => {
                *left |= matches!(kind, StmtKind::Break);
                let loops = self.loops.len();
                Some(self.unlocked(kind, loops, span))
            }
            None => {
                let message = format!("`{word}` stands outside a loop");
                let error = Diagnostic::error(Code::OutsideLoop, message, span, "no loop around it");
                self.checker.report(error.with_help("to leave the function write `return`"));
                None
            }
        }
    }
}
