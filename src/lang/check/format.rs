//! Interpolated text: what can be printed, and how a format is packed for the stdlib's `fmt_*`.

use super::body::{Body, with_help};
use super::conversions::retyped;
use super::layout::{Int, Type, TypeId};
use super::tree::{Expr, ExprKind, Part, Show};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

/// Bit 16 of a spec: text stands left.
const LEFT: i64 = 1 << 16;
/// Bit 17: filled with zeros.
const ZERO: i64 = 1 << 17;
/// Bits 20 to 23: the kind.
const KIND_SHIFT: i64 = 20;
/// The kind of a pointer without a letter: `0x` and hexadecimal digits.
const KIND_POINTER: i64 = 6;

/// Appends literal text, to the last part if that is text too.
pub(super) fn push_text(parts: &mut Vec<Part>, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    if let Some(Part::Text(last)) = parts.last_mut() {
        last.extend_from_slice(text);
    } else {
        parts.push(Part::Text(text.to_vec()));
    }
}

impl Body<'_, '_> {
    /// The text that a printing call prints: an interpolated literal, or any one value.
    pub(super) fn text_of(&mut self, expr: &ast::Expr) -> Vec<Part> {
        if let ast::ExprKind::Str(literal) = &expr.kind {
            return self.interpolated(literal);
        }
        let mut parts = Vec::new();
        let value = self.value(expr, None);
        self.show(&mut parts, value, ast::FormatSpec::default(), expr.span);
        parts
    }

    /// The parts of an interpolated literal.
    pub(super) fn interpolated(&mut self, literal: &ast::StrLit) -> Vec<Part> {
        let mut parts = Vec::new();
        for part in &literal.parts {
            match part {
                ast::StrPart::Text(text) => push_text(&mut parts, text),
                ast::StrPart::Value { value, spec, span } => {
                    let value = self.value(value, None);
                    self.show(&mut parts, value, *spec, *span);
                }
            }
        }
        parts
    }

    /// Appends a value, converted to what `fmt_*` take.
    pub(super) fn show(&mut self, parts: &mut Vec<Part>, value: Expr, spec: ast::FormatSpec, span: Span) {
        let ty = value.ty;
        let letter = letter(spec.kind);
        let (value, how, kind, text) = match *self.checker.types.get(ty) {
            Type::Error => return,
            Type::Int(Int::Uint) => (value, Show::Uint, letter, false),
            Type::Int(_) => (retyped(value, TypeId::INT), Show::Int, letter, false),
            Type::Bool => (value, Show::Bool, letter, true),
            Type::Str => (value, Show::Str, letter, true),
            Type::Slice(TypeId::BYTE) | Type::Array(TypeId::BYTE, _) => {
                let at = value.span;
                (self.cast(value, TypeId::STR, at), Show::Str, letter, true)
            }
            Type::Pointer(_) | Type::Nil => {
                let kind = if letter == 0 { KIND_POINTER } else { letter };
                (retyped(value, TypeId::UINT), Show::Uint, kind, false)
            }
            Type::Enum(_) if letter != 0 => (retyped(value, TypeId::INT), Show::Int, letter, false),
            Type::Enum(id) => (value, Show::Enum(id), 0, true),
            Type::Void | Type::Array(..) | Type::Slice(_) | Type::Struct(_) | Type::Function { .. } => {
                self.not_printable(&value);
                return;
            }
        };
        if text && (kind != 0 || spec.zero) {
            let found = self.checker.quoted(ty);
            let message = format!("this format is for integers, and the value is {found}");
            let error = Diagnostic::error(Code::BadFormat, message, span, "expected an integer");
            self.checker.report(error.with_help("leave the letter out, or write a width such as `{x:<8}`"));
            return;
        }
        let left = match spec.align {
            Some(ast::Align::Left) => true,
            Some(ast::Align::Right) => false,
            None => text,
        };
        let flags = i64::from(left) * LEFT + i64::from(spec.zero) * ZERO + (kind << KIND_SHIFT);
        match (&value.kind, how, spec.width) {
            (ExprKind::Str(text), Show::Str, 0) => push_text(parts, text),
            _ => parts.push(Part::Value { value, how, spec: i64::from(spec.width) | flags }),
        }
    }

    fn not_printable(&mut self, value: &Expr) {
        let found = self.checker.quoted(value.ty);
        let text = self.operand_snippet(value.span);
        let help = match self.checker.types.get(value.ty) {
            Type::Function { params, .. } if params.is_empty() => Some(format!("call it: `{text}()`")),
            Type::Function { .. } => Some(format!("call it: `{text}(…)`")),
            Type::Struct(_) => Some(format!("print its fields: `{{{text}.…}}`")),
            Type::Array(..) | Type::Slice(_) => Some(format!("print its elements: `for x in {text} {{ print(x) }}`")),
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Enum(_) => None,
        };
        let code =
            if matches!(value.kind, ExprKind::FunctionAddress(_)) { Code::NotCalled } else { Code::NotPrintable };
        let error =
            Diagnostic::error(code, format!("{found} cannot be printed"), value.span, "expected something printable");
        self.checker.report(with_help(error, help));
    }

    /// Whether a value of this type can be printed.
    pub(super) fn is_printable(&self, ty: TypeId) -> bool {
        match *self.checker.types.get(ty) {
            Type::Int(_) | Type::Bool | Type::Str | Type::Pointer(_) | Type::Enum(_) => true,
            Type::Slice(element) | Type::Array(element, _) => element == TypeId::BYTE,
            Type::Error | Type::Void | Type::Nil | Type::Struct(_) | Type::Function { .. } => false,
        }
    }

    /// Notes the functions of the stdlib that print these parts.
    pub(super) fn support_parts(&mut self, parts: &[Part], to_descriptor: bool) {
        if to_descriptor {
            let only_text = parts.iter().all(|part| matches!(part, Part::Text(_)));
            self.support(if only_text { &["fmt_literal"] } else { &["fmt_begin", "fmt_end"] });
        }
        for part in parts {
            match part {
                Part::Text(_) => self.support(&["fmt_str"]),
                Part::Value { how, .. } => self.support(match how {
                    Show::Int => &["fmt_int"],
                    Show::Uint => &["fmt_uint"],
                    Show::Bool => &["fmt_bool"],
                    Show::Str => &["fmt_str"],
                    Show::Enum(_) => &["fmt_str", "fmt_int"],
                }),
            }
        }
    }
}

fn letter(kind: ast::FormatKind) -> i64 {
    match kind {
        ast::FormatKind::Default => 0,
        ast::FormatKind::Hex => 1,
        ast::FormatKind::UpperHex => 2,
        ast::FormatKind::Octal => 3,
        ast::FormatKind::Binary => 4,
        ast::FormatKind::Char => 5,
    }
}
