//! Constants: which expressions are one, what they are worth, and arithmetic on them.

use super::Checker;
use super::body::{Body, BodyKind, wrong};
use super::declarations::Progress;
use super::layout::{Int, TypeId, Types};
use super::tree::{BinaryOp, CompareOp, Expr, ExprKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

/// The value of a constant integer expression, as its type has it.
pub(super) fn int_value(types: &Types, expr: &Expr) -> Option<i128> {
    let int = types.int(expr.ty)?;
    let ExprKind::Int(word) = expr.kind else { return None };
    Some(if int == Int::Uint { i128::from(word as u64) } else { i128::from(word) })
}

/// The word in which a slot holds `value`.
pub(super) fn word(value: i128) -> i64 {
    value as i64
}

/// The result of an operation on constants; `None` if it does not fit in 127 bits or divides by zero.
pub(super) fn fold(op: BinaryOp, left: i128, right: i128, int: Int) -> Option<i128> {
    let amount = (right & 63) as u32;
    let wrapped = |value: i64| {
        let value = int.wrap(value);
        if int == Int::Uint { i128::from(value as u64) } else { i128::from(value) }
    };
    Some(match op {
        BinaryOp::Add => left + right,
        BinaryOp::Sub => left - right,
        BinaryOp::Mul => left.checked_mul(right)?,
        BinaryOp::Div => left.checked_div(right)?,
        BinaryOp::Rem => left.checked_rem(right)?,
        BinaryOp::And => left & right,
        BinaryOp::Or => left | right,
        BinaryOp::Xor => left ^ right,
        BinaryOp::AndNot => left & !right,
        BinaryOp::Shl => wrapped((left as i64).wrapping_shl(amount)),
        BinaryOp::Shr if int.is_signed() => wrapped((left as i64) >> amount),
        BinaryOp::Shr => wrapped(((left as u64) >> amount) as i64),
    })
}

/// Whether a comparison of constants holds.
pub(super) fn compare(op: CompareOp, left: i128, right: i128) -> bool {
    match op {
        CompareOp::Eq => left == right,
        CompareOp::Ne => left != right,
        CompareOp::Lt => left < right,
        CompareOp::Le => left <= right,
        CompareOp::Gt => left > right,
        CompareOp::Ge => left >= right,
    }
}

/// Whether an expression is known before the program runs: the initial value of a module's global may be this.
pub(super) fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Str(_) | ExprKind::Zero | ExprKind::FunctionAddress(_) => true,
        ExprKind::Array(elements) => elements.iter().all(is_constant),
        ExprKind::Repeat(element, _) => is_constant(element),
        ExprKind::Struct { fields, .. } => fields.iter().all(|(_, value)| is_constant(value)),
        ExprKind::Load(_)
        | ExprKind::AddressOf(_)
        | ExprKind::ArrayToSlice(_)
        | ExprKind::Unary(..)
        | ExprKind::Binary(..)
        | ExprKind::Compare(..)
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::Convert(..)
        | ExprKind::PointerAdd { .. }
        | ExprKind::PointerDifference { .. }
        | ExprKind::Slice { .. }
        | ExprKind::Len(_)
        | ExprKind::Call { .. }
        | ExprKind::Print { .. }
        | ExprKind::Format { .. }
        | ExprKind::Syscall(_)
        | ExprKind::Choose(_)
        | ExprKind::Intrinsic(..)
        | ExprKind::CallMain => false,
    }
}

impl Checker<'_> {
    /// The value of a constant expression, of the type `want` if there is one.
    pub(super) fn evaluate(&mut self, scope: usize, expr: &ast::Expr, want: Option<TypeId>) -> Expr {
        let mut body = Body::new(self, scope, BodyKind::Constant, TypeId::VOID);
        let value = match want {
            Some(want) => body.coerced(expr, want),
            None => body.value(expr, None),
        };
        if value.ty == TypeId::ERROR || is_constant(&value) {
            return value;
        }
        let message = "this is not known before the program runs";
        let error = Diagnostic::error(Code::NotConstant, message, expr.span, "a constant is wanted here");
        self.report(error.with_help("write a number or the name of a `const`; what is computed later is a `let`"));
        wrong(expr.span)
    }

    /// The same for an integer, as a word.
    pub(super) fn constant_int(&mut self, scope: usize, expr: &ast::Expr, want: TypeId) -> Option<i64> {
        let value = self.evaluate(scope, expr, Some(want));
        if let (ExprKind::Int(word), true) = (&value.kind, value.ty != TypeId::ERROR) { Some(*word) } else { None }
    }

    /// The value of a declared constant, evaluated when it is first wanted.
    pub(super) fn constant(&mut self, index: usize) -> Expr {
        let (ast, scope) = (self.consts[index].ast, self.consts[index].scope);
        match &self.consts[index].progress {
            Progress::Done(value) => return value.clone(),
            Progress::Begun => {
                self.cycle("constant", &ast.name);
                return wrong(ast.name.span);
            }
            Progress::Waiting => {}
        }
        self.consts[index].progress = Progress::Begun;
        let value = self.const_value(scope, ast);
        self.consts[index].progress = Progress::Done(value.clone());
        value
    }

    /// The value that a `const` gives its name: an integer, bool, enum or str.
    pub(super) fn const_value(&mut self, scope: usize, ast: &ast::Const) -> Expr {
        let want = ast.ty.as_ref().map(|ty| self.resolve_sized(scope, ty));
        let value = self.evaluate(scope, &ast.value, want);
        if value.ty == TypeId::ERROR || matches!(value.kind, ExprKind::Int(_) | ExprKind::Str(_)) {
            return value;
        }
        let message = format!("a constant cannot be of type {}", self.quoted(value.ty));
        let error =
            Diagnostic::error(Code::NotConstant, message, ast.value.span, "an integer, bool or str is wanted here");
        self.report(error.with_help(format!("write `let {} = …`", ast.name.text)));
        wrong(ast.value.span)
    }

    /// The default of a function's parameter.
    pub(super) fn default(&mut self, function: usize, param: usize) -> Expr {
        let decl = &self.functions[function];
        if let Some(value) = &decl.params[param].default {
            return value.clone();
        }
        let (ast, scope, ty) = (decl.ast, decl.scope, decl.params[param].ty);
        let Some(default) = &ast.params[param].default else { return wrong(ast.params[param].span) };
        let value = self.evaluate(scope, default, Some(ty));
        self.functions[function].params[param].default = Some(value.clone());
        value
    }

    /// Whether one more level of nesting can be checked; reports it if not. The caller counts `depth` down again.
    pub(super) fn deeper(&mut self, span: Span) -> bool {
        if self.depth < 2 * ast::MAX_DEPTH {
            self.depth += 1;
            return true;
        }
        let message = "constants and expressions are nested too deeply";
        self.error(Code::TooDeep, message, span, "at most 200 levels, through constants too");
        false
    }
}
