//! Statements, and whether control can go on after them.

use super::body::{Binding, Body, BodyKind, with_help};
use super::declarations::Progress;
use super::layout::{Type, TypeId};
use super::operators::{Operator, Written, operator, word_sized};
use super::tree::{BinaryOp, Block, Expr, ExprKind, Place, PlaceKind, Stmt, StmtKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// A block with its own scope, and whether control reaches its end.
    pub(super) fn block(&mut self, block: &ast::Block) -> (Block, bool) {
        self.enter();
        let (stmts, falls) = self.statements(&block.statements);
        self.leave();
        (Block { stmts }, falls)
    }

    /// Statements in the scope that is open, and whether control reaches their end.
    pub(super) fn statements(&mut self, statements: &[ast::Stmt]) -> (Vec<Stmt>, bool) {
        let mut stmts = Vec::new();
        let mut falls = true;
        let mut warned = false;
        for statement in statements {
            if !falls && !warned && self.scope == 0 {
                let warning = Diagnostic::warning(
                    Code::Unreachable,
                    "this is never reached",
                    statement.span,
                    "control has left before",
                );
                self.checker.report(warning.with_help("remove it"));
                warned = true;
            }
            let goes_on = self.statement(statement, &mut stmts);
            falls &= goes_on;
        }
        (stmts, falls)
    }

    /// Appends a statement; whether control goes on after it.
    fn statement(&mut self, statement: &ast::Stmt, out: &mut Vec<Stmt>) -> bool {
        let span = statement.span;
        let (kind, falls) = match &statement.kind {
            ast::StmtKind::Let { thread_local, name, ty, value } => {
                if let Some(word) = thread_local.filter(|_| !self.is_top_level()) {
                    let message = "a thread-local variable is declared at the top level";
                    let error = Diagnostic::error(Code::Misplaced, message, word, "this is inside a block");
                    self.checker.report(error.with_help("leave the word out: a local is its thread's own anyway"));
                }
                (self.variable(name, ty.as_ref(), value.as_ref(), span), true)
            }
            ast::StmtKind::Const(item) => {
                let value = self.checker.const_value(self.scope, item);
                self.bind(&item.name, Binding::Const(value), false);
                (None, true)
            }
            ast::StmtKind::Assign { target, op, op_span, value } => {
                (self.assignment(target, *op, *op_span, value, span), true)
            }
            ast::StmtKind::Expr(expr) => self.expression_statement(expr),
            ast::StmtKind::If { branches, otherwise } => self.branches(branches, otherwise.as_ref()),
            ast::StmtKind::While { cond, body } => {
                let cond = self.condition(cond);
                let (body, left) = self.loop_body(body);
                let forever = matches!(cond.kind, ExprKind::Int(1)) && !left;
                (Some(StmtKind::While { cond, body }), !forever)
            }
            ast::StmtKind::Loop { body } => {
                let (body, left) = self.loop_body(body);
                (Some(StmtKind::Loop { body }), left)
            }
            ast::StmtKind::For { name, over: ast::ForOver::Range { from, to }, body } => {
                (self.for_range(name, from, to, body), true)
            }
            ast::StmtKind::For { name, over: ast::ForOver::Each(over), body } => {
                (self.for_each(name, over, body), true)
            }
            ast::StmtKind::Match { value, arms } => self.match_statement(value, arms),
            ast::StmtKind::Lock { mutex, body } => self.lock(mutex, body, span),
            ast::StmtKind::Break => (self.leave_loop(StmtKind::Break, "break", span), false),
            ast::StmtKind::Continue => (self.leave_loop(StmtKind::Continue, "continue", span), false),
            ast::StmtKind::Return(value) => (self.return_statement(value.as_ref(), span), false),
            ast::StmtKind::Assert { cond, why } => (self.assert(cond, why.as_ref(), span), true),
            ast::StmtKind::Block(block) => {
                let (block, falls) = self.block(block);
                (Some(StmtKind::Block(block)), falls)
            }
        };
        if let Some(kind) = kind {
            out.push(Stmt { kind, span });
        }
        falls
    }

    /// `let`: a local, or at the top level of the script a global.
    fn variable(
        &mut self,
        name: &ast::Name,
        ty: Option<&ast::Type>,
        value: Option<&ast::Expr>,
        span: Span,
    ) -> Option<StmtKind> {
        let declared = ty.map(|ty| self.checker.resolve_sized(self.scope, ty));
        let value = value.map(|expr| match declared {
            Some(declared) => self.coerced(expr, declared),
            None => self.inferred(expr),
        });
        let ty = declared.or(value.as_ref().map(|value| value.ty)).unwrap_or(TypeId::ERROR);
        if self.is_top_level() {
            return self.script_global(ty, value, name, span);
        }
        let local = self.declare(name, ty, true);
        let value = value.unwrap_or(Expr { kind: ExprKind::Zero, ty, span });
        Some(StmtKind::Init { local, value })
    }

    fn inferred(&mut self, expr: &ast::Expr) -> Expr {
        let value = self.value(expr, None);
        if value.ty == TypeId::NIL { self.untyped(value.span) } else { value }
    }

    fn script_global(&mut self, ty: TypeId, value: Option<Expr>, name: &ast::Name, span: Span) -> Option<StmtKind> {
        let index = self.lets;
        self.lets += 1;
        let ty = self.checker.limit_size(ty, span);
        self.checker.globals[index].progress = Progress::Done((ty, None));
        let value = value?;
        if &*name.text == "_" {
            return Some(StmtKind::Expr(value));
        }
        let id = self.global(index);
        let place = Place { kind: PlaceKind::Global(id), ty, span: name.span };
        Some(StmtKind::Assign { place, value })
    }

    fn assignment(
        &mut self,
        target: &ast::Expr,
        op: Option<ast::BinaryOp>,
        op_span: Span,
        value: &ast::Expr,
        span: Span,
    ) -> Option<StmtKind> {
        if matches!(&target.kind, ast::ExprKind::Name(name) if &*name.text == "_") {
            return Some(StmtKind::Expr(self.value(value, None)));
        }
        let place = self.target(target);
        let Some(place) = place else {
            let _ = self.value(value, None);
            return None;
        };
        let Some(op) = op else {
            let value = self.coerced(value, place.ty);
            return Some(StmtKind::Assign { place, value });
        };
        let Operator::Arithmetic(arithmetic) = operator(op) else { return None };
        self.update(place, arithmetic, Written { op, op_span, span }, value)
    }

    /// `place op= value`
    fn update(&mut self, place: Place, op: BinaryOp, written: Written, value: &ast::Expr) -> Option<StmtKind> {
        let shift = matches!(op, BinaryOp::Shl | BinaryOp::Shr);
        if let (&Type::Pointer(target), BinaryOp::Add | BinaryOp::Sub) = (self.checker.types.get(place.ty), op) {
            let value = self.value(value, None);
            if self.checker.types.int(value.ty).is_some() {
                let scale = self.checker.types.size(target).max(1);
                let value = word_sized(&self.checker.types, value);
                return Some(StmtKind::Update { place, op, value, scale });
            }
            let left = self.load(place);
            let _ = self.bad_operands(written, &left, &value);
            return None;
        }
        let value = self.value(value, (!shift).then_some(place.ty));
        if value.ty == TypeId::ERROR {
            return None;
        }
        let ints = self.checker.types.int(place.ty).is_some() && self.checker.types.int(value.ty).is_some();
        if !ints {
            let left = self.load(place);
            let _ = self.bad_operands(written, &left, &value);
            return None;
        }
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) && matches!(value.kind, ExprKind::Int(0)) {
            self.checker.error(Code::DivisionByZero, "this divides by zero", value.span, "always 0");
            return None;
        }
        let value =
            if shift { word_sized(&self.checker.types, value) } else { self.coerce(value, place.ty, false, None) };
        Some(StmtKind::Update { place, op, value, scale: 1 })
    }

    fn expression_statement(&mut self, expr: &ast::Expr) -> (Option<StmtKind>, bool) {
        if let ast::ExprKind::Call { args, .. } = &expr.kind {
            if self.is_mark(expr) {
                return (self.mark(args, expr.span).map(StmtKind::Mark), true);
            }
            let value = self.expr(expr, None);
            if let Some(name) = self.must_use(expr).filter(|_| self.scope == 0) {
                let message = format!("the result of `{name}` says whether it worked");
                let warning = Diagnostic::warning(Code::IgnoredResult, message, expr.span, "ignored");
                self.checker.report(warning.with_help(format!("write `let r = {}`", self.snippet(expr.span))));
            }
            let falls = !self.never_returns(expr);
            return (Some(StmtKind::Expr(value)), falls);
        }
        let value = self.value(expr, None);
        if value.ty != TypeId::ERROR {
            self.no_effect(expr, &value);
        }
        (None, true)
    }

    /// Whether this is a call of the `mark` that is built in, which is a statement.
    pub(super) fn is_mark(&mut self, expr: &ast::Expr) -> bool {
        let ast::ExprKind::Call { callee, .. } = &expr.kind else { return false };
        matches!(&callee.kind, ast::ExprKind::Name(name) if &*name.text == "mark") && self.binding("mark").is_none()
    }

    fn no_effect(&mut self, expr: &ast::Expr, value: &Expr) {
        let help = match (&expr.kind, self.checker.types.get(value.ty)) {
            (_, Type::Function { params, .. }) => {
                let dots = if params.is_empty() { "" } else { "…" };
                Some(format!("call it: `{}({dots})`", self.snippet(expr.span)))
            }
            (ast::ExprKind::Binary { op: ast::BinaryOp::Eq, left, right, .. }, _) => {
                Some(format!("to assign, write `{} = {}`", self.snippet(left.span), self.snippet(right.span)))
            }
            // A function that answers something has computed it here.
            _ if self.result != TypeId::VOID && self.result == value.ty => {
                Some(format!("answer it: `return {}`", self.snippet(expr.span)))
            }
            _ => Some(format!("print it: `println({})`", self.snippet(expr.span))),
        };
        let code = if matches!(value.kind, ExprKind::FunctionAddress(_)) { Code::NotCalled } else { Code::NoEffect };
        let message = "this computes a value and does nothing with it";
        self.checker.report(with_help(Diagnostic::error(code, message, expr.span, "no effect"), help));
    }

    fn branches(&mut self, branches: &[ast::Branch], otherwise: Option<&ast::Block>) -> (Option<StmtKind>, bool) {
        let mut checked: Vec<(Expr, Block, Span)> = Vec::new();
        let mut falls = otherwise.is_none();
        for branch in branches {
            let cond = self.condition(&branch.cond);
            let (then, then_falls) = self.block(&branch.body);
            falls |= then_falls;
            checked.push((cond, then, branch.cond.span));
        }
        let mut rest = Block::default();
        if let Some(otherwise) = otherwise {
            let (block, block_falls) = self.block(otherwise);
            falls |= block_falls;
            rest = block;
        }
        let mut result = None;
        while let Some((cond, then, span)) = checked.pop() {
            if let Some(inner) = result.take() {
                rest = Block { stmts: vec![inner] };
            }
            result = Some(Stmt { kind: StmtKind::If { cond, then, otherwise: std::mem::take(&mut rest) }, span });
        }
        (result.map(|stmt| stmt.kind), falls)
    }

    fn return_statement(&mut self, value: Option<&ast::Expr>, span: Span) -> Option<StmtKind> {
        let result = self.result;
        match value {
            None if result == TypeId::VOID => Some(self.unlocked(StmtKind::Return(None), 0, span)),
            None => {
                let wanted = self.checker.quoted(result);
                let message = format!("this returns nothing, and the function returns {wanted}");
                let error = Diagnostic::error(Code::WrongReturn, message, span, format!("expected {wanted}"));
                self.checker.report(error.with_help("write `return` and the value"));
                None
            }
            Some(expr) if result == TypeId::VOID => {
                let value = self.value(expr, None);
                if value.ty != TypeId::ERROR {
                    let help = match self.kind {
                        BodyKind::Function => format!("declare the result: `-> {}`", self.checker.types.name(value.ty)),
                        BodyKind::Main | BodyKind::Program | BodyKind::Constant => {
                            format!("write `exit({})`", self.snippet(expr.span))
                        }
                    };
                    let message = "this returns a value, and nobody takes it";
                    let error = Diagnostic::error(Code::WrongReturn, message, expr.span, "no value expected");
                    self.checker.report(error.with_help(help));
                }
                None
            }
            Some(expr) => {
                let value = self.coerced(expr, result);
                self.warn_of_escape(&value);
                Some(self.returned_unlocked(value, span))
            }
        }
    }

    /// Warns of a returned address or slice of a local.
    fn warn_of_escape(&mut self, value: &Expr) {
        if let ExprKind::Slice { base, .. } | ExprKind::Convert(_, base) = &value.kind {
            return self.warn_of_escape(base);
        }
        let (ExprKind::AddressOf(place) | ExprKind::ArrayToSlice(place)) = &value.kind else { return };
        let mut root = place;
        while let PlaceKind::Field { base, .. } | PlaceKind::ArrayElement { base, .. } = &root.kind {
            root = base;
        }
        if let PlaceKind::Local(_) | PlaceKind::Temporary { .. } = root.kind {
            let message = "this address is dead as soon as the function has returned";
            let warning = Diagnostic::warning(Code::AddressEscapes, message, value.span, "a local of this function");
            self.checker.report(warning.with_help("let the caller pass a buffer, or use `malloc`"));
        }
    }
}
