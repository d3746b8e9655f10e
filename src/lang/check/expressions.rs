//! Expressions: literals, names, casts, arrays. Operators, places and calls have their own files.

use super::body::{Binding, Body, BodyKind, wrong};
use super::declarations::Progress;
use super::layout::{Int, Type, TypeId};
use super::places::Spot;
use super::scope::{BUILTINS, Symbol};
use super::tree::{Expr, ExprKind, Place, PlaceKind};
use super::type_names::builtin_type;
use crate::abi::constants;
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// An expression that must have a value. `want` is a hint for literals, not a demand.
    pub(super) fn value(&mut self, expr: &ast::Expr, want: Option<TypeId>) -> Expr {
        let value = self.expr(expr, want);
        if value.ty != TypeId::VOID {
            return value;
        }
        let message = "this call gives no value";
        let help = format!("write `{}` as a statement of its own", self.checker.text(expr.span));
        self.fail(Diagnostic::error(Code::NoValue, message, expr.span, "the function has no result").with_help(help))
    }

    /// An expression; of type void if it is a call of a function without result.
    pub(super) fn expr(&mut self, expr: &ast::Expr, want: Option<TypeId>) -> Expr {
        if !self.checker.deeper(expr.span) {
            return wrong(expr.span);
        }
        let value = self.expr_kind(expr, want);
        self.checker.depth -= 1;
        value
    }

    fn expr_kind(&mut self, expr: &ast::Expr, want: Option<TypeId>) -> Expr {
        let span = expr.span;
        match &expr.kind {
            ast::ExprKind::Int(value) => self.int_literal(i128::from(*value), want, span),
            ast::ExprKind::Byte(byte) => Expr { kind: ExprKind::Int(i64::from(*byte)), ty: TypeId::BYTE, span },
            ast::ExprKind::Bool(value) => Expr { kind: ExprKind::Int(i64::from(*value)), ty: TypeId::BOOL, span },
            ast::ExprKind::Nil => self.nil(want, span),
            ast::ExprKind::Str(literal) => self.str_literal(literal),
            ast::ExprKind::Unary { op, operand } => self.unary(*op, operand, want, span),
            ast::ExprKind::Binary { op, op_span, left, right } => self.binary(*op, *op_span, left, right, want, span),
            ast::ExprKind::Cast { value, ty } => {
                let target = self.checker.resolve_sized(self.scope, ty);
                let value = self.value(value, None);
                self.cast(value, target, span)
            }
            ast::ExprKind::Call { callee, args } => self.call(callee, args, span),
            ast::ExprKind::Array(elements) => self.array_literal(elements, want, span),
            ast::ExprKind::Repeat { element, length } => self.repeat_literal(element, length, want, span),
            ast::ExprKind::SizeOf(ty) => {
                let ty = self.checker.resolve_sized(self.scope, ty);
                if ty == TypeId::ERROR {
                    return wrong(span);
                }
                let size = self.checker.types.size(ty);
                Expr { kind: ExprKind::Int(size as i64), ty: TypeId::INT, span }
            }
            ast::ExprKind::Slice { base, from, to } => self.slice(base, from.as_deref(), to.as_deref(), span),
            ast::ExprKind::Name(_) | ast::ExprKind::Index { .. } | ast::ExprKind::Field { .. } => {
                match self.spot(expr) {
                    Spot::Value(value) => value,
                    Spot::Place(place) => {
                        let value = self.load(place);
                        Expr { span, ..value }
                    }
                }
            }
        }
    }

    /// A literal takes the integer type that is wanted if it fits, else `int`, else `uint`.
    pub(super) fn int_literal(&mut self, value: i128, want: Option<TypeId>, span: Span) -> Expr {
        let wanted = want.and_then(|want| self.checker.types.int(want)).filter(|int| int.holds(value));
        let int = wanted.unwrap_or(if Int::Int.holds(value) { Int::Int } else { Int::Uint });
        if !int.holds(value) {
            return self.out_of_range(value, Int::Int, span);
        }
        Expr { kind: ExprKind::Int(value as i64), ty: TypeId::of_int(int), span }
    }

    fn nil(&mut self, want: Option<TypeId>, span: Span) -> Expr {
        let pointer = want.filter(|&want| matches!(self.checker.types.get(want), Type::Pointer(_)));
        Expr { kind: ExprKind::Int(0), ty: pointer.unwrap_or(TypeId::NIL), span }
    }

    fn str_literal(&mut self, literal: &ast::StrLit) -> Expr {
        match literal.plain() {
            Some(bytes) => Expr { kind: ExprKind::Str(bytes.to_vec()), ty: TypeId::STR, span: literal.span },
            None => {
                let message = "only print and its kin interpolate";
                let error = Diagnostic::error(Code::StrayInterpolation, message, literal.span, "this has `{…}` in it");
                self.fail(error.with_help("write into a buffer with `format(buf, \"…\")`, or `{{` for a brace"))
            }
        }
    }

    fn array_literal(&mut self, elements: &[ast::Expr], want: Option<TypeId>, span: Span) -> Expr {
        let mut element = self.wanted_element(want);
        let mut values = Vec::new();
        for expr in elements {
            let value = match element {
                Some(element) => self.coerced(expr, element),
                None => self.value(expr, None),
            };
            if value.ty == TypeId::ERROR || value.ty == TypeId::NIL {
                return if value.ty == TypeId::NIL { self.untyped(expr.span) } else { wrong(span) };
            }
            element = element.or(Some(value.ty));
            values.push(value);
        }
        let Some(element) = element else { return self.untyped(span) };
        let ty = self.checker.types.array(element, values.len() as u64);
        let ty = self.checker.limit_size(ty, span);
        self.expr_node(ExprKind::Array(values), ty, span)
    }

    fn repeat_literal(&mut self, element: &ast::Expr, length: &ast::Expr, want: Option<TypeId>, span: Span) -> Expr {
        let value = match self.wanted_element(want) {
            Some(element_type) => self.coerced(element, element_type),
            None => self.value(element, None),
        };
        let Some(count) = self.checker.array_length(self.scope, length) else { return wrong(span) };
        if value.ty == TypeId::NIL {
            return self.untyped(element.span);
        }
        if value.ty == TypeId::ERROR {
            return wrong(span);
        }
        let ty = self.checker.types.array(value.ty, count);
        let ty = self.checker.limit_size(ty, span);
        self.expr_node(ExprKind::Repeat(Box::new(value), count), ty, span)
    }

    fn wanted_element(&self, want: Option<TypeId>) -> Option<TypeId> {
        match *self.checker.types.get(want?) {
            Type::Array(element, _) | Type::Slice(element) => Some(element),
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => None,
        }
    }

    /// Reports a value that could be of many types.
    pub(super) fn untyped(&mut self, span: Span) -> Expr {
        let message = "the type cannot be told from this value";
        let error = Diagnostic::error(Code::CannotInfer, message, span, "of which type?");
        self.fail(error.with_help("write the type: `let x: *int = nil`, `let x: [int; 4]`"))
    }

    /// What a name stands for.
    pub(super) fn name(&mut self, name: &ast::Name) -> Spot {
        let span = name.span;
        match self.binding(&name.text) {
            Some(Binding::Local(local)) => {
                let ty = self.locals[local.0 as usize].ty;
                return Spot::Place(Place { kind: PlaceKind::Local(local), ty, span });
            }
            Some(Binding::Const(value)) => return Spot::Value(Expr { span, ..value }),
            None => {}
        }
        match self.checker.lookup(self.scope, &name.text) {
            Some(Symbol::Function(index)) => Spot::Value(self.function_value(index, span)),
            Some(Symbol::Const(index)) => {
                let value = self.checker.constant(index);
                Spot::Value(Expr { span, ..value })
            }
            Some(Symbol::Global(index)) => self.global_place(index, name),
            Some(Symbol::Struct(_) | Symbol::Enum(_) | Symbol::Program) => {
                let message = format!("`{}` is not a value", name.text);
                let error = Diagnostic::error(Code::NotAValue, message, span, "a type or a program");
                let help = match self.checker.lookup(self.scope, &name.text) {
                    Some(Symbol::Program) => format!("start it with `exec(\"/bin/{0}\", [\"{0}\"])`", name.text),
                    Some(Symbol::Enum(_)) => format!("name one of its values: `{}.…`", name.text),
                    Some(_) | None => format!("make one with `{}(…)`", name.text),
                };
                Spot::Value(self.fail(error.with_help(help)))
            }
            None => Spot::Value(self.other_name(name)),
        }
    }

    /// A name that no file declares: the kernel's constants, or a mistake.
    fn other_name(&mut self, name: &ast::Name) -> Expr {
        let span = name.span;
        if let Some(value) = constants::lookup(&name.text) {
            return Expr { kind: ExprKind::Int(value), ty: TypeId::INT, span };
        }
        if BUILTINS.contains(&&*name.text) {
            let error = Diagnostic::error(Code::NotAValue, format!("`{}` is not a value", name.text), span, "built in");
            return self.fail(error.with_help(format!("call it: `{}(…)`", name.text)));
        }
        if builtin_type(&name.text).is_some() {
            let error = Diagnostic::error(Code::NotAValue, format!("`{}` is not a value", name.text), span, "a type");
            return self.fail(error.with_help(format!("convert a value: `x as {}`", name.text)));
        }
        let locals = self.visible_locals();
        self.checker.unknown_name(self.scope, &name.text, span, &locals);
        wrong(span)
    }

    fn function_value(&mut self, index: usize, span: Span) -> Expr {
        let params = self.checker.functions[index].params.iter().map(|param| param.ty).collect();
        let result = self.checker.functions[index].result;
        let ty = self.checker.types.intern(Type::Function { params, result });
        let id = self.function(index);
        Expr { kind: ExprKind::FunctionAddress(id), ty, span }
    }

    /// A global, as far as this body sees it.
    fn global_place(&mut self, index: usize, name: &ast::Name) -> Spot {
        let (scope, declared) = (self.checker.globals[index].scope, self.checker.globals[index].name.span);
        if self.kind == BodyKind::Program && self.checker.is_of_script(scope) {
            let message = format!("a program does not see `{}`: it is another process", name.text);
            let error = Diagnostic::error(Code::OtherProcess, message, name.span, "a variable of the script");
            let error = error.with_label(declared, "it lives in the script's process");
            return Spot::Value(self.fail(error.with_help("pass it in `args`, or through a pipe")));
        }
        if self.kind == BodyKind::Constant && scope == 0 {
            let message = format!("`{}` is not a constant", name.text);
            let error = Diagnostic::error(Code::NotConstant, message, name.span, "known only when the program runs");
            let error = error
                .with_label(declared, "a variable")
                .with_help(format!("declare it with `const {} = …`", name.text));
            return Spot::Value(self.fail(error));
        }
        if self.is_main() && scope == 0 && index >= self.lets {
            let message = format!("`{}` is used before its `let`", name.text);
            let error = Diagnostic::error(Code::UsedBeforeLet, message, name.span, "not there yet");
            let help = format!("move this below `let {}`", name.text);
            return Spot::Value(self.fail(error.with_label(declared, "it begins here").with_help(help)));
        }
        let ty = self.checker.global_type(index);
        let id = self.global(index);
        Spot::Place(Place { kind: PlaceKind::Global(id), ty, span: name.span })
    }

    fn is_main(&self) -> bool {
        self.kind == BodyKind::Main
    }
}

impl super::Checker<'_> {
    /// A global's type. A module's global is evaluated when it is first wanted.
    pub(super) fn global_type(&mut self, index: usize) -> TypeId {
        let (scope, name) = (self.globals[index].scope, self.globals[index].name);
        match &self.globals[index].progress {
            Progress::Done((ty, _)) => return *ty,
            Progress::Begun => {
                self.cycle("variable", name);
                return TypeId::ERROR;
            }
            Progress::Waiting if scope == 0 => return TypeId::ERROR,
            Progress::Waiting => {}
        }
        self.globals[index].progress = Progress::Begun;
        let (declared, value) = (self.globals[index].ty, self.globals[index].value);
        let want = declared.map(|ty| self.resolve_sized(scope, ty));
        let initial = value.map(|value| self.evaluate(scope, value, want));
        let ty = want.or(initial.as_ref().map(|initial| initial.ty)).unwrap_or(TypeId::ERROR);
        self.globals[index].progress = Progress::Done((ty, initial));
        ty
    }
}
