//! Operators: which types they take, in which type they work, and their results on constants.

use super::body::{Body, with_help, wrong};
use super::constants::{compare, fold, int_value, word};
use super::conversions::retyped;
use super::layout::{Int, Type, TypeId};
use super::places::Spot;
use super::tree::{BinaryOp, Callee, CompareOp, Expr, ExprKind, Place, PlaceKind, UnaryOp};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

/// An operator as the tree has it.
pub(super) enum Operator {
    And,
    Or,
    Compare(CompareOp),
    Arithmetic(BinaryOp),
}

/// Sorts the operators of the syntax tree.
pub(super) fn operator(op: ast::BinaryOp) -> Operator {
    match op {
        ast::BinaryOp::Add => Operator::Arithmetic(BinaryOp::Add),
        ast::BinaryOp::Sub => Operator::Arithmetic(BinaryOp::Sub),
        ast::BinaryOp::Mul => Operator::Arithmetic(BinaryOp::Mul),
        ast::BinaryOp::Div => Operator::Arithmetic(BinaryOp::Div),
        ast::BinaryOp::Rem => Operator::Arithmetic(BinaryOp::Rem),
        ast::BinaryOp::Shl => Operator::Arithmetic(BinaryOp::Shl),
        ast::BinaryOp::Shr => Operator::Arithmetic(BinaryOp::Shr),
        ast::BinaryOp::BitAnd => Operator::Arithmetic(BinaryOp::And),
        ast::BinaryOp::BitClear => Operator::Arithmetic(BinaryOp::AndNot),
        ast::BinaryOp::BitOr => Operator::Arithmetic(BinaryOp::Or),
        ast::BinaryOp::BitXor => Operator::Arithmetic(BinaryOp::Xor),
        ast::BinaryOp::Eq => Operator::Compare(CompareOp::Eq),
        ast::BinaryOp::Ne => Operator::Compare(CompareOp::Ne),
        ast::BinaryOp::Lt => Operator::Compare(CompareOp::Lt),
        ast::BinaryOp::Le => Operator::Compare(CompareOp::Le),
        ast::BinaryOp::Gt => Operator::Compare(CompareOp::Gt),
        ast::BinaryOp::Ge => Operator::Compare(CompareOp::Ge),
        ast::BinaryOp::And => Operator::And,
        ast::BinaryOp::Or => Operator::Or,
    }
}

/// An operator with its two places in the text.
#[derive(Clone, Copy)]
pub(super) struct Written {
    pub(super) op: ast::BinaryOp,
    pub(super) op_span: Span,
    pub(super) span: Span,
}

impl Body<'_, '_> {
    pub(super) fn unary(&mut self, op: ast::UnaryOp, operand: &ast::Expr, want: Option<TypeId>, span: Span) -> Expr {
        match op {
            ast::UnaryOp::AddressOf => self.address_of(operand, span),
            ast::UnaryOp::Deref => {
                let value = self.value(operand, None);
                self.follow(value, span).map_or_else(|| wrong(span), |place| self.load(place))
            }
            ast::UnaryOp::Not => {
                let value = self.condition(operand);
                let kind = match value.word() {
                    Some(constant) => ExprKind::Int(1 - constant),
                    None => ExprKind::Unary(UnaryOp::Not, Box::new(value)),
                };
                Expr { kind, ty: TypeId::BOOL, span }
            }
            ast::UnaryOp::Neg => {
                if let ast::ExprKind::Int(literal) = operand.kind {
                    return self.int_literal(-i128::from(literal), want, span);
                }
                self.negate(UnaryOp::Neg, operand, want, span)
            }
            ast::UnaryOp::BitNot => self.negate(UnaryOp::BitNot, operand, want, span),
        }
    }

    fn negate(&mut self, op: UnaryOp, operand: &ast::Expr, want: Option<TypeId>, span: Span) -> Expr {
        let value = self.value(operand, want);
        if value.ty == TypeId::ERROR {
            return value;
        }
        let Some(int) = self.checker.types.int(value.ty) else {
            let found = self.checker.quoted(value.ty);
            let sign = if op == UnaryOp::Neg { "-" } else { "^" };
            let message = format!("`{sign}` works on integers, not on {found}");
            let help = (value.ty == TypeId::BOOL).then(|| format!("write `!{}`", self.operand_snippet(operand.span)));
            let error = Diagnostic::error(Code::OperandTypes, message, operand.span, format!("this is {found}"));
            return self.fail(with_help(error, help));
        };
        let Some(constant) = int_value(&self.checker.types, &value) else {
            let ty = value.ty;
            return Expr { kind: ExprKind::Unary(op, Box::new(value)), ty, span };
        };
        if op == UnaryOp::BitNot {
            return Expr { kind: ExprKind::Int(int.wrap(!word(constant))), span, ..value };
        }
        if int.holds(-constant) {
            return Expr { kind: ExprKind::Int(word(-constant)), span, ..value };
        }
        self.int_literal(-constant, None, span)
    }

    /// An expression of type bool.
    pub(super) fn condition(&mut self, cond: &ast::Expr) -> Expr {
        let value = self.value(cond, Some(TypeId::BOOL));
        if value.ty == TypeId::BOOL || value.ty == TypeId::ERROR {
            return value;
        }
        let text = self.operand_snippet(cond.span);
        let help = match self.checker.types.get(value.ty) {
            Type::Int(_) => Some(format!("write `{text} != 0`")),
            Type::Pointer(_) | Type::Nil => Some(format!("write `{text} != nil`")),
            Type::Str | Type::Slice(_) => Some(format!("write `len({text}) != 0`")),
            Type::Function { .. } => Some(format!("call it: `{text}(…)`")),
            Type::Error | Type::Void | Type::Bool | Type::Array(..) | Type::Struct(_) | Type::Enum(_) => None,
        };
        let found = self.checker.quoted(value.ty);
        let error = Diagnostic::error(
            Code::ConditionNotBool,
            format!("a condition is `bool`, not {found}"),
            cond.span,
            "expected `bool`",
        );
        self.fail(with_help(error, help))
    }

    pub(super) fn binary(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr {
        let written = Written { op, op_span, span };
        match operator(op) {
            Operator::And => {
                let (left, right) = (self.condition(left), self.condition(right));
                Expr { kind: ExprKind::And(Box::new(left), Box::new(right)), ty: TypeId::BOOL, span }
            }
            Operator::Or => {
                let (left, right) = (self.condition(left), self.condition(right));
                Expr { kind: ExprKind::Or(Box::new(left), Box::new(right)), ty: TypeId::BOOL, span }
            }
            Operator::Compare(compare) => {
                let left = self.value(left, None);
                let hint = if matches!(left.kind, ExprKind::Int(_)) { None } else { Some(left.ty) };
                let right = self.value(right, hint);
                self.comparison(compare, written, left, right)
            }
            Operator::Arithmetic(arithmetic) => {
                let want = want.filter(|&want| self.checker.types.int(want).is_some());
                let left = self.value(left, want);
                let shift = matches!(arithmetic, BinaryOp::Shl | BinaryOp::Shr);
                let hint = if shift || matches!(left.kind, ExprKind::Int(_)) {
                    want.filter(|_| !shift)
                } else {
                    Some(left.ty)
                };
                let right = self.value(right, hint);
                self.arithmetic(arithmetic, written, left, right)
            }
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, written: Written, left: Expr, right: Expr) -> Expr {
        if left.ty == TypeId::ERROR || right.ty == TypeId::ERROR {
            return wrong(written.span);
        }
        if matches!(self.checker.types.get(left.ty), Type::Pointer(_)) {
            return self.pointer_arithmetic(op, written, left, right);
        }
        if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
            let ints = self.checker.types.int(left.ty).is_some() && self.checker.types.int(right.ty).is_some();
            return if ints {
                self.operation(op, written, left, right)
            } else {
                self.bad_operands(written, &left, &right)
            };
        }
        match self.same_int(left, right) {
            Ok((left, right)) => self.operation(op, written, left, right),
            Err(both) => self.bad_operands(written, &both.0, &both.1),
        }
    }

    /// Both operands in the wider of their integer types; a constant takes the type of the other if it fits.
    pub(super) fn same_int(&mut self, left: Expr, right: Expr) -> Result<(Expr, Expr), Box<(Expr, Expr)>> {
        let types = &self.checker.types;
        let (Some(from), Some(to)) = (types.int(left.ty), types.int(right.ty)) else {
            return Err(Box::new((left, right)));
        };
        if from == to {
            return Ok((left, right));
        }
        let (left_value, right_value) = (int_value(types, &left), int_value(types, &right));
        let both = left_value.is_some() && right_value.is_some();
        if !both && left_value.is_some_and(|value| to.holds(value)) {
            return Ok((Expr { ty: right.ty, ..left }, right));
        }
        if !both && right_value.is_some_and(|value| from.holds(value)) {
            let ty = left.ty;
            return Ok((left, Expr { ty, ..right }));
        }
        if from.widens_to(to) || left_value.is_some_and(|value| to.holds(value)) {
            let ty = right.ty;
            return Ok((retyped(left, ty), right));
        }
        if to.widens_to(from) || right_value.is_some_and(|value| from.holds(value)) {
            let ty = left.ty;
            return Ok((left, retyped(right, ty)));
        }
        Err(Box::new((left, right)))
    }

    /// An operation on integers of fitting types, folded if both are constants.
    fn operation(&mut self, op: BinaryOp, written: Written, left: Expr, right: Expr) -> Expr {
        let ty = left.ty;
        let values = (int_value(&self.checker.types, &left), int_value(&self.checker.types, &right));
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) && values.1 == Some(0) {
            let message = "this divides by zero";
            let error = Diagnostic::error(Code::DivisionByZero, message, right.span, "always 0");
            return self.fail(error.with_help("divide by another number, or test a variable first: `if n != 0 {`"));
        }
        let int = self.checker.types.int(ty).unwrap_or(Int::Int);
        let (Some(left_value), Some(right_value)) = values else {
            return Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), ty, span: written.span };
        };
        match fold(op, left_value, right_value, int) {
            Some(value) if int.holds(value) => Expr { kind: ExprKind::Int(word(value)), ty, span: written.span },
            Some(value) => {
                let message = format!("the result, {value}, does not fit in `{}`", int.name());
                let label = "this is computed before the program runs";
                let help = match Int::Uint.holds(value) {
                    true => "it fits in `uint`: write `as uint` behind an operand, or the type: `: uint`".to_owned(),
                    false => format!("the largest `{}` is {}", int.name(), int.range().1),
                };
                self.fail(Diagnostic::error(Code::ConstantOverflow, message, written.span, label).with_help(help))
            }
            None => {
                let message = format!("the result does not fit in `{}`", int.name());
                self.fail(Diagnostic::error(Code::ConstantOverflow, message, written.span, "too large"))
            }
        }
    }

    fn pointer_arithmetic(&mut self, op: BinaryOp, written: Written, left: Expr, right: Expr) -> Expr {
        let &Type::Pointer(target) = self.checker.types.get(left.ty) else { return wrong(written.span) };
        let size = self.checker.types.size(target).max(1);
        let span = written.span;
        if op == BinaryOp::Sub && left.ty == right.ty {
            let kind = ExprKind::PointerDifference { left: Box::new(left), right: Box::new(right), size };
            return Expr { kind, ty: TypeId::INT, span };
        }
        if matches!(op, BinaryOp::Add | BinaryOp::Sub) && self.checker.types.int(right.ty).is_some() {
            let ty = left.ty;
            let index = Box::new(word_sized(&self.checker.types, right));
            let kind = ExprKind::PointerAdd { pointer: Box::new(left), index, size, negative: op == BinaryOp::Sub };
            return Expr { kind, ty, span };
        }
        self.bad_operands(written, &left, &right)
    }

    pub(super) fn bad_operands(&mut self, written: Written, left: &Expr, right: &Expr) -> Expr {
        let op = written.op.text();
        let (left_name, right_name) = (self.checker.quoted(left.ty), self.checker.quoted(right.ty));
        let types = &self.checker.types;
        let ints = types.int(left.ty).is_some() && types.int(right.ty).is_some();
        let text = self.operand_snippet(right.span);
        let help = match (types.get(left.ty), types.get(right.ty)) {
            (Type::Int(int), Type::Int(_)) => Some(format!("write `{text} as {}`", int.name())),
            (Type::Str, _) | (_, Type::Str) if matches!(written.op, ast::BinaryOp::Add | ast::BinaryOp::Rem) => {
                Some("interpolate: `println(\"{a}{b}\")`, or `format(buf, \"{a}{b}\")`".to_owned())
            }
            (Type::Function { params, .. }, _) if params.is_empty() => {
                Some(format!("call it: `{}()`", self.operand_snippet(left.span)))
            }
            (_, Type::Function { params, .. }) if params.is_empty() => Some(format!("call it: `{text}()`")),
            (Type::Pointer(_), Type::Int(_))
                if written.op.is_comparison() && matches!(right.kind, ExprKind::Int(0)) =>
            {
                Some("write `nil`".to_owned())
            }
            (&Type::Int(Int::Byte), Type::Str) if right.text().is_some_and(|text| text.len() == 1) => {
                Some(format!("write `'{}'`", text.trim_matches('"')))
            }
            (&Type::Pointer(to), _) if to == right.ty => Some(format!("write `*{}`", self.operand_snippet(left.span))),
            (Type::Bool, Type::Int(_)) if written.op.is_comparison() => Some(format!("write `{text} != 0`")),
            (Type::Bool, Type::Int(_)) => Some(format!("write `{} as int`", self.operand_snippet(left.span))),
            (Type::Int(_), Type::Bool) => Some(format!("write `{text} as int`")),
            (Type::Enum(_), Type::Int(_)) => Some(format!("write `{} as int`", self.operand_snippet(left.span))),
            (Type::Int(_), Type::Str) if right.text().is_some() && written.op.is_comparison() => {
                Some("write a number, or compare the text with another `str`".to_owned())
            }
            (Type::Str, Type::Int(_)) if text.starts_with('\'') && written.op.is_comparison() => {
                Some(format!("write `\"{}\"`", text.trim_matches('\'')))
            }
            (Type::Str, Type::Int(_)) if written.op.is_comparison() => {
                Some("write the number as text, in double quotes".to_owned())
            }
            (Type::Str, Type::Slice(_) | Type::Array(..)) => Some(format!("write `str({text})`")),
            _ => None,
        };
        let code = if ints { Code::NeedsCast } else { Code::OperandTypes };
        let message = match ints {
            true => format!("`{op}` on {left_name} and {right_name}: neither type holds the other"),
            false => format!("`{op}` does not work on {left_name} and {right_name}"),
        };
        let label = match (ints, written.op.is_comparison()) {
            (true, _) => "expected one type on both sides",
            (false, true) => "expected two values of one type",
            (false, false) => "expected integers",
        };
        let error = Diagnostic::error(code, message, written.op_span, label)
            .with_label(left.span, format!("this is {left_name}"))
            .with_label(right.span, format!("this is {right_name}"));
        self.fail(with_help(error, help))
    }

    /// `left op right` for a comparison; strs by content.
    pub(super) fn comparison(&mut self, op: CompareOp, written: Written, left: Expr, right: Expr) -> Expr {
        let span = written.span;
        if left.ty == TypeId::ERROR || right.ty == TypeId::ERROR {
            return wrong(span);
        }
        let (left, right) = self.give_nil_a_type(left, right);
        let (left, right) = match self.same_int(left, right) {
            Ok(both) => both,
            Err(both) => *both,
        };
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let comparable = left.ty == right.ty
            && match self.checker.types.get(left.ty) {
                Type::Int(_) | Type::Pointer(_) => true,
                Type::Bool | Type::Enum(_) | Type::Function { .. } | Type::Str | Type::Nil => equality,
                Type::Error | Type::Void | Type::Array(..) | Type::Slice(_) | Type::Struct(_) => false,
            };
        if !comparable {
            return self.bad_operands(written, &left, &right);
        }
        if left.ty == TypeId::STR {
            return self.str_comparison(op, left, right, span);
        }
        let values = (int_value(&self.checker.types, &left), int_value(&self.checker.types, &right));
        let kind = match values {
            (Some(left), Some(right)) => ExprKind::Int(i64::from(compare(op, left, right))),
            _ => ExprKind::Compare(op, Box::new(left), Box::new(right)),
        };
        Expr { kind, ty: TypeId::BOOL, span }
    }

    fn give_nil_a_type(&self, left: Expr, right: Expr) -> (Expr, Expr) {
        let is_pointer = |ty| matches!(self.checker.types.get(ty), Type::Pointer(_));
        match (left.ty == TypeId::NIL, right.ty == TypeId::NIL) {
            (true, false) if is_pointer(right.ty) => (Expr { ty: right.ty, ..left }, right),
            (false, true) if is_pointer(left.ty) => {
                let ty = left.ty;
                (left, Expr { ty, ..right })
            }
            (true, true) => (Expr { ty: TypeId::INT, ..left }, Expr { ty: TypeId::INT, ..right }),
            (true | false, false) | (false, true) => (left, right),
        }
    }

    /// Strs are compared by a function of the stdlib.
    fn str_comparison(&mut self, op: CompareOp, left: Expr, right: Expr, span: Span) -> Expr {
        self.support(&["str_equal"]);
        let Some(id) = self.checker.request_support("str_equal") else {
            let message = "the stdlib has no `str_equal`, which compares strs";
            return self.fail(Diagnostic::error(Code::UnknownName, message, span, "needed here"));
        };
        let (callee, args, order) = (Callee::Function(id), vec![left, right], vec![0, 1]);
        let equal = Expr { kind: ExprKind::Call { callee, args, order }, ty: TypeId::BOOL, span };
        if op == CompareOp::Eq {
            return equal;
        }
        Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(equal)), ty: TypeId::BOOL, span }
    }

    /// The place that a pointer points to; `None` after a report.
    pub(super) fn follow(&mut self, pointer: Expr, span: Span) -> Option<Place> {
        match *self.checker.types.get(pointer.ty) {
            Type::Pointer(ty) => Some(Place { kind: PlaceKind::Deref(Box::new(pointer)), ty, span }),
            Type::Error => None,
            Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Array(..)
            | Type::Slice(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => {
                let found = self.checker.quoted(pointer.ty);
                let message = format!("`*` follows a pointer, and this is {found}");
                let is_int = self.checker.types.int(pointer.ty).is_some();
                let before = self.checker.text(Span { start: span.start.saturating_sub(1), end: span.start, ..span });
                let help = match before == "*" {
                    _ if !is_int => None,
                    true => Some("there is no `**` for powers: multiply, `x * x`, or shift, `1 << n`".to_owned()),
                    false => Some(format!("say what lies there: `*({} as *int)`", self.snippet(pointer.span))),
                };
                let error = Diagnostic::error(Code::NotAPointer, message, pointer.span, "expected a pointer");
                self.checker.report(with_help(error, help));
                None
            }
        }
    }

    fn address_of(&mut self, operand: &ast::Expr, span: Span) -> Expr {
        match self.spot(operand) {
            Spot::Place(place) if place.ty == TypeId::ERROR => wrong(span),
            Spot::Place(place) => {
                self.take_address(&place);
                let ty = self.checker.types.pointer(place.ty);
                Expr { kind: ExprKind::AddressOf(Box::new(place)), ty, span }
            }
            Spot::Value(value) if value.ty == TypeId::ERROR => wrong(span),
            Spot::Value(value) => {
                let text = self.snippet(operand.span);
                let help = if matches!(value.kind, ExprKind::FunctionAddress(_)) {
                    format!("a function's name is its address: write `{text}`")
                } else {
                    format!("give it a name first: `let x = {text}`, then `&x`")
                };
                let message = "this has no address: it is a value, not a variable";
                self.fail(
                    Diagnostic::error(Code::NoAddress, message, operand.span, "a temporary value").with_help(help),
                )
            }
        }
    }
}

/// An integer as a whole word: uint stays, all others become int.
pub(super) fn word_sized(types: &super::layout::Types, value: Expr) -> Expr {
    match types.int(value.ty) {
        Some(Int::Int | Int::Uint) | None => value,
        Some(Int::Byte | Int::U16 | Int::U32 | Int::I32) => retyped(value, TypeId::INT),
    }
}
