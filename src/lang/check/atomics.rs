//! Atomic operations on integers in memory, and what the library alone may ask of the machine.

use super::body::{Body, with_help, wrong};
use super::conversions::retyped;
use super::layout::{Int, Type, TypeId};
use super::tree::{Expr, ExprKind, Intrinsic};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

/// How an operation is written.
fn usage(name: &str) -> (Intrinsic, &'static str) {
    match name {
        "atomic_load" => (Intrinsic::Load, "atomic_load(&x)"),
        "atomic_store" => (Intrinsic::Store, "atomic_store(&x, value)"),
        "atomic_swap" => (Intrinsic::Swap, "atomic_swap(&x, value)"),
        "atomic_add" => (Intrinsic::Add, "atomic_add(&x, 1)"),
        "atomic_sub" => (Intrinsic::Sub, "atomic_sub(&x, 1)"),
        "atomic_and" => (Intrinsic::And, "atomic_and(&x, mask)"),
        "atomic_or" => (Intrinsic::Or, "atomic_or(&x, mask)"),
        "atomic_xor" => (Intrinsic::Xor, "atomic_xor(&x, mask)"),
        "compare_exchange" => (Intrinsic::CompareExchange, "compare_exchange(&x, expected, new)"),
        _ => (Intrinsic::Fence, "atomic_fence()"),
    }
}

impl Body<'_, '_> {
    /// `atomic_add(&x, 1)` and its kin.
    pub(super) fn atomic(&mut self, name: &ast::Name, args: &[ast::Arg], span: Span) -> Expr {
        let (what, usage) = usage(&name.text);
        let wanted = usage.split(',').count() - usize::from(what == Intrinsic::Fence);
        if args.len() != wanted {
            return self.wrong_count(name, usage, args, span);
        }
        let [pointer, values @ ..] = args else {
            return Expr { kind: ExprKind::Intrinsic(what, Vec::new()), ty: TypeId::VOID, span };
        };
        let pointer = self.value(&pointer.value, None);
        let target = match *self.checker.types.get(pointer.ty) {
            Type::Error => TypeId::ERROR,
            Type::Pointer(target) => self.atomic_target(name, &pointer, target),
            Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Array(..)
            | Type::Slice(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => self.no_atomic(name, &pointer, pointer.ty),
        };
        let mut operands = vec![pointer];
        operands.extend(values.iter().map(|value| self.argument(&value.value, target, None)));
        if target == TypeId::ERROR || operands.iter().any(|operand| operand.ty == TypeId::ERROR) {
            return wrong(span);
        }
        let ty = if what == Intrinsic::Store {
            TypeId::VOID
        } else if what == Intrinsic::CompareExchange {
            TypeId::BOOL
        } else {
            target
        };
        Expr { kind: ExprKind::Intrinsic(what, operands), ty, span }
    }

    fn atomic_target(&mut self, name: &ast::Name, pointer: &Expr, target: TypeId) -> TypeId {
        match self.checker.types.int(target) {
            Some(Int::Byte | Int::I32 | Int::U32 | Int::Int | Int::Uint) => target,
            Some(Int::U16) | None => self.no_atomic(name, pointer, target),
        }
    }

    /// Reports what an atomic operation cannot work on.
    fn no_atomic(&mut self, name: &ast::Name, pointer: &Expr, found: TypeId) -> TypeId {
        let is_place = matches!(pointer.kind, ExprKind::Load(_)) && self.checker.types.int(found).is_some();
        let is_u16 = matches!(self.checker.types.int(found), Some(Int::U16));
        let help = (is_place && pointer.ty == found && !is_u16)
            .then(|| format!("write `&{}`", self.operand_snippet(pointer.span)));
        let help = help.or_else(|| Some("declare it as `u32` or `int`, and pass its address: `&x`".to_owned()));
        let message = match found == pointer.ty {
            true => format!("`{}` takes the address of an integer, not {}", name.text, self.checker.quoted(found)),
            false => format!("`{}` does not work on {}", name.text, self.checker.quoted(found)),
        };
        let label = "expected a pointer to `byte`, `i32`, `u32`, `int` or `uint`";
        self.checker.report(with_help(Diagnostic::error(Code::NotAtomic, message, pointer.span, label), help));
        TypeId::ERROR
    }

    /// What only the library may write: `__tls()`, `__tls_size()`, `__caller()`, `__lock_note(record, kind, place)`.
    pub(super) fn thread_means(&mut self, name: &ast::Name, args: &[ast::Arg], span: Span) -> Expr {
        let (what, count, ty) = match &*name.text {
            "__tls" => (Intrinsic::Tls, 0, TypeId::INT),
            "__tls_size" => (Intrinsic::TlsSize, 0, TypeId::INT),
            "__caller" => (Intrinsic::Caller, 0, TypeId::INT),
            _ => (Intrinsic::LockNote, 3, TypeId::VOID),
        };
        if args.len() != count {
            return self.wrong_count(name, &name.text.clone(), args, span);
        }
        if matches!(what, Intrinsic::Tls | Intrinsic::TlsSize) {
            self.needs_tls();
        }
        let words = args.iter().map(|arg| {
            let value = self.value(&arg.value, None);
            retyped(value, TypeId::INT)
        });
        Expr { kind: ExprKind::Intrinsic(what, words.collect()), ty, span }
    }
}
