//! Conversions: those that happen by themselves, those that `as` asks for, and what to say of the others.

use super::body::{Body, with_help, wrong};
use super::constants::{int_value, word};
use super::layout::{Int, Type, TypeId};
use super::tree::{Conversion, Expr, ExprKind, Place};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic, Label};
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// The value of `expr` as a `target`, by implicit conversion.
    pub(super) fn coerced(&mut self, expr: &ast::Expr, target: TypeId) -> Expr {
        let value = self.value(expr, Some(target));
        self.coerce(value, target, false, None)
    }

    /// The same as an argument, where arrays become slices and strs `[byte]`. `because` explains the type.
    pub(super) fn argument(&mut self, expr: &ast::Expr, target: TypeId, because: Option<(Span, String)>) -> Expr {
        let value = self.value(expr, Some(target));
        self.coerce(value, target, true, because)
    }

    /// `value` as a `target`: itself, or with the implicit conversion written out, or after an error.
    pub(super) fn coerce(
        &mut self,
        value: Expr,
        target: TypeId,
        argument: bool,
        because: Option<(Span, String)>,
    ) -> Expr {
        if value.ty == target || value.ty == TypeId::ERROR || target == TypeId::ERROR {
            return value;
        }
        if let Some(constant) = int_value(&self.checker.types, &value)
            && let Some(int) = self.checker.types.int(target)
        {
            if int.holds(constant) {
                return Expr { kind: ExprKind::Int(word(constant)), ty: target, span: value.span };
            }
            return self.out_of_range(constant, int, value.span);
        }
        if value.ty == TypeId::NIL && matches!(self.checker.types.get(target), Type::Pointer(_)) {
            return Expr { kind: ExprKind::Int(0), ty: target, span: value.span };
        }
        if let (Some(from), Some(to)) = (self.checker.types.int(value.ty), self.checker.types.int(target))
            && from.widens_to(to)
        {
            return convert(Conversion::Keep, value, target);
        }
        if argument {
            if value.ty == TypeId::STR && target == TypeId::BYTES {
                return retyped(value, target);
            }
            if let (&Type::Array(from, _), &Type::Slice(to)) =
                (self.checker.types.get(value.ty), self.checker.types.get(target))
                && from == to
            {
                return self.slice_of_array(value, target);
            }
        }
        self.mismatch(&value, target, because)
    }

    /// A value of an array as a slice: of the place it comes from, or of a hidden local.
    pub(super) fn slice_of_array(&mut self, value: Expr, target: TypeId) -> Expr {
        let span = value.span;
        let place = self.value_place(value);
        self.whole_array(place, target, span)
    }

    /// The whole array in `place` as a slice.
    pub(super) fn whole_array(&mut self, place: Place, target: TypeId, span: Span) -> Expr {
        self.take_address(&place);
        Expr { kind: ExprKind::ArrayToSlice(Box::new(place)), ty: target, span }
    }

    pub(super) fn out_of_range(&mut self, value: i128, int: Int, span: Span) -> Expr {
        let (low, high) = int.range();
        let message = format!("{value} does not fit in `{}`", int.name());
        let larger = [Int::Byte, Int::U16, Int::I32, Int::U32, Int::Int, Int::Uint].into_iter();
        let mut larger = larger.filter(|other| other.holds(value));
        let help = match larger.next() {
            Some(larger) => format!("it fits in `{}`", larger.name()),
            None => format!("write a number from {low} to {high}"),
        };
        let error = Diagnostic::error(Code::OutOfRange, message, span, format!("{low} to {high} fit"));
        self.fail(error.with_help(help))
    }

    fn mismatch(&mut self, value: &Expr, target: TypeId, because: Option<(Span, String)>) -> Expr {
        let (found, wanted) = (self.checker.quoted(value.ty), self.checker.quoted(target));
        let both_ints = self.checker.types.int(value.ty).is_some() && self.checker.types.int(target).is_some();
        let (code, message) = if both_ints {
            (Code::NeedsCast, format!("{found} does not become {wanted} by itself"))
        } else {
            (Code::Mismatch, format!("expected {wanted}, found {found}"))
        };
        let help = self.conversion_help(value, target);
        let mut error = with_help(Diagnostic::error(code, message, value.span, format!("expected {wanted}")), help);
        if let Some((span, text)) = because {
            error.labels.push(Label { span, text, primary: false });
        }
        self.fail(error)
    }

    /// What to write instead of a value of the wrong type.
    fn conversion_help(&self, value: &Expr, target: TypeId) -> Option<String> {
        let types = &self.checker.types;
        let text = self.operand_snippet(value.span);
        let name = types.name(target);
        let is_place = matches!(value.kind, ExprKind::Load(_));
        Some(match (types.get(value.ty), types.get(target)) {
            (Type::Int(_), Type::Int(_)) => format!("write `{text} as {name}`"),
            (_, &Type::Pointer(to)) if to == value.ty && is_place => format!("write `&{text}`"),
            (Type::Array(..) | Type::Slice(_) | Type::Str, &Type::Pointer(to))
                if is_place && types.element(value.ty) == Some(to) =>
            {
                format!("write `&{text}[0]`")
            }
            (&Type::Pointer(from), _) if from == target && !text.starts_with('&') => format!("write `*{text}`"),
            (Type::Array(..), Type::Slice(_)) => format!("write `{text}[0..]`"),
            (Type::Function { .. }, Type::Function { params, result }) => {
                let names = params.iter().zip('a'..='z');
                let params: Vec<String> = names.map(|(&ty, letter)| format!("{letter}: {}", types.name(ty))).collect();
                let arrow =
                    if *result == TypeId::VOID { String::new() } else { format!(" -> {}", types.name(*result)) };
                format!("declare it as `fn {text}({}){arrow}`", params.join(", "))
            }
            (Type::Function { params, result }, _) if *result == target && params.is_empty() => {
                format!("call it: `{text}()`")
            }
            (Type::Int(_), Type::Bool) => format!("write `{text} != 0`"),
            (Type::Int(_), Type::Pointer(_)) if matches!(value.kind, ExprKind::Int(0)) => "write `nil`".to_owned(),
            (Type::Bool | Type::Enum(_) | Type::Pointer(_), Type::Int(_)) | (Type::Int(_), Type::Pointer(_)) => {
                format!("write `{text} as {name}`")
            }
            (Type::Slice(_) | Type::Array(..), Type::Str) if types.element(value.ty) == Some(TypeId::BYTE) => {
                format!("write `str({text})`")
            }
            (Type::Str, &Type::Int(Int::Byte)) if value.text().is_some_and(|text| text.len() == 1) => {
                format!("write `'{}'`", text.trim_matches('"'))
            }
            (Type::Str, &Type::Int(Int::Byte)) => format!("write `{text}[0]`"),
            (Type::Int(Int::Byte), Type::Str) if text.starts_with('\'') => {
                format!("write `\"{}\"`", text.trim_matches('\''))
            }
            (Type::Int(_), Type::Str) => "print it, or write it into a buffer with `format(buf, \"{x}\")`".to_owned(),
            (&Type::Pointer(from), &Type::Slice(element)) if types.element(from) == Some(element) => {
                format!("write `{}`", text.trim_start_matches('&'))
            }
            (Type::Pointer(_), Type::Pointer(_)) => format!("write `{text} as {name}`"),
            (Type::Str, &Type::Slice(TypeId::STR)) => format!("write `[{text}]`"),
            (Type::Str, Type::Int(_)) => match value.text().and_then(|text| std::str::from_utf8(text).ok()) {
                Some(digits) if digits.parse::<i64>().is_ok() => format!("write `{digits}`, without quotes"),
                Some(_) | None => "write a number; `parse_int` reads one from a text".to_owned(),
            },
            (Type::Array(..), &Type::Array(_, length)) => format!("write {length} elements"),
            (_, Type::Struct(_)) => format!("make one with `{name}(…)`"),
            (_, Type::Enum(_)) => format!("name one of its values: `{name}.…`"),
            _ => format!("write a value of the type `{name}`"),
        })
    }

    /// `value as target`.
    pub(super) fn cast(&mut self, value: Expr, target: TypeId, span: Span) -> Expr {
        if value.ty == TypeId::ERROR || target == TypeId::ERROR {
            return wrong(span);
        }
        if value.ty == target {
            return Expr { span, ..value };
        }
        let types = &self.checker.types;
        let byte_array = matches!(*types.get(value.ty), Type::Array(TypeId::BYTE, _));
        let done = match (types.get(value.ty), types.get(target)) {
            (Type::Int(_) | Type::Enum(_) | Type::Bool, &Type::Int(int)) => Some(cast_to_int(value.clone(), int)),
            (Type::Pointer(_) | Type::Nil | Type::Function { .. }, Type::Int(Int::Int | Int::Uint))
            | (Type::Int(_) | Type::Pointer(_) | Type::Nil, Type::Pointer(_)) => Some(retyped(value.clone(), target)),
            (&Type::Slice(TypeId::BYTE), Type::Str) | (Type::Str, &Type::Slice(TypeId::BYTE)) => {
                Some(retyped(value.clone(), target))
            }
            _ => None,
        };
        if let Some(done) = done {
            return Expr { ty: target, span, ..done };
        }
        if byte_array && (target == TypeId::STR || target == TypeId::BYTES) {
            let bytes = self.slice_of_array(value, TypeId::BYTES);
            return if target == TypeId::STR { convert(Conversion::Keep, bytes, target) } else { bytes };
        }
        self.bad_cast(&value, target, span)
    }

    fn bad_cast(&mut self, value: &Expr, target: TypeId, span: Span) -> Expr {
        let (from, to) = (self.checker.quoted(value.ty), self.checker.quoted(target));
        let text = self.operand_snippet(value.span);
        let types = &self.checker.types;
        let help = match (types.get(value.ty), types.get(target)) {
            (Type::Int(_), Type::Bool) => Some(format!("write `{text} != 0`")),
            (Type::Pointer(_), Type::Int(_)) => Some(format!("write `{text} as int as {}`", types.name(target))),
            (Type::Array(..), Type::Pointer(_)) => Some(format!("write `&{text}[0]`")),
            (_, Type::Function { .. }) => {
                Some("write the name of a function: `fn f() { … }` somewhere, and here `f`".to_owned())
            }
            (_, Type::Enum(_)) => Some("write a `match` that says which value stands for which name".to_owned()),
            _ => None,
        };
        let message = format!("{from} cannot be converted to {to}");
        self.fail(with_help(Diagnostic::error(Code::BadCast, message, span, format!("this is {from}")), help))
    }
}

/// A conversion node around `value`.
pub(super) fn convert(conversion: Conversion, value: Expr, ty: TypeId) -> Expr {
    let span = value.span;
    Expr { kind: ExprKind::Convert(conversion, Box::new(value)), ty, span }
}

/// An integer, bool or enum as an integer; the caller sets the type.
fn cast_to_int(value: Expr, int: Int) -> Expr {
    let ty = TypeId::of_int(int);
    match value.word() {
        Some(constant) => Expr { kind: ExprKind::Int(int.wrap(constant)), ..value },
        None if matches!(int, Int::Int | Int::Uint) => convert(Conversion::Keep, value, ty),
        None => convert(Conversion::Wrap, value, ty),
    }
}

/// The same words under another type; a constant stays one.
pub(super) fn retyped(value: Expr, ty: TypeId) -> Expr {
    if value.ty == ty || value.word().is_some() || value.text().is_some() {
        return Expr { ty, ..value };
    }
    convert(Conversion::Keep, value, ty)
}
