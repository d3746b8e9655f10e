//! Places: what can be assigned, indexed and pointed to.

use super::body::{Body, with_help, wrong};
use super::constants::int_value;
use super::layout::{Type, TypeId};
use super::operators::word_sized;
use super::scope::Symbol;
use super::tree::{Expr, ExprKind, Place, PlaceKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::lang::syntax::ast;

/// What an expression turns out to be.
pub(super) enum Spot {
    /// Something that lies somewhere.
    Place(Place),
    /// A value only.
    Value(Expr),
}

impl Body<'_, '_> {
    /// An expression as a place, if it is one.
    pub(super) fn spot(&mut self, expr: &ast::Expr) -> Spot {
        if !self.checker.deeper(expr.span) {
            return Spot::Value(wrong(expr.span));
        }
        let spot = match &expr.kind {
            ast::ExprKind::Name(name) => self.name(name),
            ast::ExprKind::Index { base, index } => self.element(base, index, expr.span),
            ast::ExprKind::Field { base, name } => self.field(base, name, expr.span),
            ast::ExprKind::Unary { op: ast::UnaryOp::Deref, operand } => {
                let pointer = self.value(operand, None);
                match self.follow(pointer, expr.span) {
                    Some(place) => Spot::Place(place),
                    None => Spot::Value(wrong(expr.span)),
                }
            }
            ast::ExprKind::Int(_)
            | ast::ExprKind::Byte(_)
            | ast::ExprKind::Bool(_)
            | ast::ExprKind::Nil
            | ast::ExprKind::Str(_)
            | ast::ExprKind::Unary { .. }
            | ast::ExprKind::Binary { .. }
            | ast::ExprKind::Cast { .. }
            | ast::ExprKind::Call { .. }
            | ast::ExprKind::Slice { .. }
            | ast::ExprKind::Array(_)
            | ast::ExprKind::Repeat { .. }
            | ast::ExprKind::SizeOf(_) => Spot::Value(self.value(expr, None)),
        };
        self.checker.depth -= 1;
        spot
    }

    /// The value of a spot.
    pub(super) fn spot_value(&mut self, spot: Spot) -> Expr {
        match spot {
            Spot::Place(place) => self.load(place),
            Spot::Value(value) => value,
        }
    }

    /// A hidden local that holds `value`.
    pub(super) fn temporary(&mut self, value: Expr) -> Place {
        let (ty, span) = (value.ty, value.span);
        let local = self.hidden(ty, span);
        self.locals[local.0 as usize].address_taken = true;
        Place { kind: PlaceKind::Temporary { local, value: Box::new(value) }, ty, span }
    }

    fn spot_place(&mut self, spot: Spot) -> Place {
        match spot {
            Spot::Place(place) => place,
            Spot::Value(value) => self.value_place(value),
        }
    }

    /// The place that a value was read from, or a hidden local that holds it.
    pub(super) fn value_place(&mut self, value: Expr) -> Place {
        if let ExprKind::Load(place) = value.kind { *place } else { self.temporary(value) }
    }

    /// Notes that something points into `place`: its local cannot live in the window.
    pub(super) fn take_address(&mut self, place: &Place) {
        match &place.kind {
            PlaceKind::Local(local) | PlaceKind::Temporary { local, .. } => {
                self.locals[local.0 as usize].address_taken = true;
            }
            PlaceKind::Field { base, .. } | PlaceKind::ArrayElement { base, .. } => self.take_address(base),
            PlaceKind::Global(_) | PlaceKind::Deref(_) | PlaceKind::SliceElement { .. } => {}
        }
    }

    /// An index or bound: any integer, as a word.
    fn index(&mut self, index: &ast::Expr) -> Expr {
        let value = self.value(index, None);
        if value.ty == TypeId::ERROR {
            return value;
        }
        if self.checker.types.int(value.ty).is_some() {
            return word_sized(&self.checker.types, value);
        }
        let found = self.checker.quoted(value.ty);
        let message = format!("an index is an integer, not {found}");
        self.fail(Diagnostic::error(Code::Mismatch, message, index.span, "expected `int`"))
    }

    fn element(&mut self, base: &ast::Expr, index: &ast::Expr, span: Span) -> Spot {
        let base = self.spot(base);
        let index = self.index(index);
        let ty = spot_type(&base);
        if ty == TypeId::ERROR || index.ty == TypeId::ERROR {
            return Spot::Value(wrong(span));
        }
        let constant = int_value(&self.checker.types, &index);
        match *self.checker.types.get(ty) {
            Type::Array(element, length) => {
                if let Some(constant) = constant.filter(|&index| index < 0 || index >= i128::from(length)) {
                    return Spot::Value(self.out_of_array(constant, length, index.span));
                }
                if constant.is_none() {
                    self.support(&["panic_index"]);
                }
                let base = Box::new(self.spot_place(base));
                let checked = constant.is_none();
                let kind = PlaceKind::ArrayElement { base, index: Box::new(index), length, checked };
                Spot::Place(Place { kind, ty: element, span })
            }
            Type::Slice(_) | Type::Str => {
                self.support(&["panic_index"]);
                let element = self.checker.types.element(ty).unwrap_or(TypeId::ERROR);
                let base = Box::new(self.spot_value(base));
                let kind = PlaceKind::SliceElement { base, index: Box::new(index), checked: true };
                Spot::Place(Place { kind, ty: element, span })
            }
            Type::Pointer(target) => {
                let pointer = self.spot_value(base);
                let pointer = self.pointer_to(pointer, index, target, span);
                Spot::Place(Place { kind: PlaceKind::Deref(Box::new(pointer)), ty: target, span })
            }
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Int(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => Spot::Value(self.not_indexable(ty, span_of(&base))),
        }
    }

    fn pointer_to(&mut self, pointer: Expr, index: Expr, target: TypeId, span: Span) -> Expr {
        let ty = pointer.ty;
        if matches!(index.kind, ExprKind::Int(0)) {
            return pointer;
        }
        let size = self.checker.types.size(target).max(1);
        let kind = ExprKind::PointerAdd { pointer: Box::new(pointer), index: Box::new(index), size, negative: false };
        Expr { kind, ty, span }
    }

    fn out_of_array(&mut self, index: i128, length: u64, span: Span) -> Expr {
        let message = format!("there is no element {index} in an array of {length}");
        let label = if length == 0 { "it is empty".to_owned() } else { format!("0 to {} are there", length - 1) };
        let help = match length {
            0 => "write `if i < len(a) {` before it".to_owned(),
            _ => format!("the last element is `[{}]`", length - 1),
        };
        self.fail(Diagnostic::error(Code::IndexOutOfRange, message, span, label).with_help(help))
    }

    fn not_indexable(&mut self, ty: TypeId, span: Span) -> Expr {
        let found = self.checker.quoted(ty);
        let message = format!("{found} has no elements");
        let error = Diagnostic::error(Code::NotIndexable, message, span, "expected an array, slice, str or pointer");
        let help = format!("for its value write `{}`", self.checker.text(span));
        self.fail(error.with_help(help))
    }

    /// `base[from..to]`
    pub(super) fn slice(
        &mut self,
        base: &ast::Expr,
        from: Option<&ast::Expr>,
        to: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let base = self.spot(base);
        let from = from.map(|from| self.index(from));
        let to = to.map(|to| self.index(to));
        let ty = spot_type(&base);
        if ty == TypeId::ERROR || [&from, &to].into_iter().flatten().any(|bound| bound.ty == TypeId::ERROR) {
            return wrong(span);
        }
        let (element, result, checked) = match *self.checker.types.get(ty) {
            Type::Array(element, _) | Type::Slice(element) => (element, self.checker.types.slice(element), true),
            Type::Str => (TypeId::BYTE, ty, true),
            Type::Pointer(target) => (target, self.checker.types.slice(target), false),
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Int(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => return self.not_indexable(ty, span_of(&base)),
        };
        if !checked && to.is_none() {
            let message = "a slice of a raw pointer needs its end";
            let error = Diagnostic::error(Code::NotIndexable, message, span, "nobody knows how many elements follow");
            return self.fail(error.with_help("write `p[0..n]`"));
        }
        let base = if let Type::Array(_, length) = *self.checker.types.get(ty) {
            for bound in [&from, &to].into_iter().flatten() {
                let constant = int_value(&self.checker.types, bound);
                if let Some(constant) = constant.filter(|&bound| bound < 0 || bound > i128::from(length)) {
                    return self.out_of_array(constant, length, bound.span);
                }
            }
            let place = self.spot_place(base);
            let whole = self.whole_array(place, result, span);
            if from.is_none() && to.is_none() {
                return whole;
            }
            whole
        } else {
            self.spot_value(base)
        };
        if checked {
            self.support(&["panic_slice"]);
        }
        let size = self.checker.types.size(element).max(1);
        let kind =
            ExprKind::Slice { base: Box::new(base), from: from.map(Box::new), to: to.map(Box::new), size, checked };
        Expr { kind, ty: result, span }
    }

    fn field(&mut self, base: &ast::Expr, name: &ast::Name, span: Span) -> Spot {
        if let ast::ExprKind::Name(head) = &base.kind
            && let Some(Symbol::Enum(id)) = self.checker.lookup(self.scope, &head.text)
            && self.binding(&head.text).is_none()
        {
            return Spot::Value(self.variant(id, name, span));
        }
        let base = self.spot(base);
        let ty = spot_type(&base);
        let (id, place) = match *self.checker.types.get(ty) {
            Type::Error => return Spot::Value(wrong(span)),
            Type::Struct(id) => (id, self.spot_place(base)),
            Type::Pointer(target) if matches!(self.checker.types.get(target), Type::Struct(_)) => {
                let &Type::Struct(id) = self.checker.types.get(target) else { return Spot::Value(wrong(span)) };
                let pointer = self.spot_value(base);
                let at = pointer.span;
                (id, Place { kind: PlaceKind::Deref(Box::new(pointer)), ty: target, span: at })
            }
            Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Array(..)
            | Type::Slice(_)
            | Type::Enum(_)
            | Type::Function { .. } => return Spot::Value(self.no_fields(ty, span_of(&base), name)),
        };
        let layout = &self.checker.types.structs[id.0 as usize];
        let Some(field) = layout.fields.iter().find(|field| *field.name == *name.text) else {
            let message = format!("`{}` has no field `{}`", layout.name, name.text);
            let names: Vec<&str> = layout.fields.iter().map(|field| field.name.as_str()).collect();
            let help = match did_you_mean(&name.text, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its fields are {}", listed(&names)),
            };
            let error = Diagnostic::error(Code::UnknownField, message, name.span, "unknown field");
            return Spot::Value(self.fail(error.with_help(help)));
        };
        let (offset, ty) = (field.offset, field.ty);
        Spot::Place(Place { kind: PlaceKind::Field { base: Box::new(place), offset }, ty, span })
    }

    fn no_fields(&mut self, ty: TypeId, span: Span, name: &ast::Name) -> Expr {
        let found = self.checker.quoted(ty);
        let text = self.operand_snippet(span);
        let types = &self.checker.types;
        let help = match (&*name.text, types.get(ty)) {
            ("len" | "length" | "size", Type::Str | Type::Array(..) | Type::Slice(_)) => {
                Some(format!("write `len({text})`"))
            }
            (_, Type::Pointer(_)) => Some(format!("follow it first: `(*{text}).{}`", name.text)),
            _ => Some(format!("for its value write `{text}`")),
        };
        let message = format!("{found} has no fields");
        self.fail(with_help(
            Diagnostic::error(Code::NoFields, message, name.span, "expected a structure before the dot"),
            help,
        ))
    }

    fn variant(&mut self, id: super::layout::EnumId, name: &ast::Name, span: Span) -> Expr {
        self.checker.ensure_enum(id);
        let layout = &self.checker.types.enums[id.0 as usize];
        if let Some(&(_, value)) = layout.variants.iter().find(|(variant, _)| **variant == *name.text) {
            let ty = self.checker.types.intern(Type::Enum(id));
            return Expr { kind: ExprKind::Int(value), ty, span };
        }
        let message = format!("`{}` has no value `{}`", layout.name, name.text);
        let names: Vec<&str> = layout.variants.iter().map(|(name, _)| name.as_str()).collect();
        let help = match did_you_mean(&name.text, names.iter().copied()) {
            Some(near) => format!("did you mean `{}.{near}`?", layout.name),
            None => format!("its values are {}", listed(&names)),
        };
        self.fail(Diagnostic::error(Code::UnknownField, message, name.span, "unknown value").with_help(help))
    }

    /// A place that may be assigned; `None` after a report.
    pub(super) fn target(&mut self, target: &ast::Expr) -> Option<Place> {
        match self.spot(target) {
            Spot::Place(place) if place.ty == TypeId::ERROR => None,
            Spot::Place(place) => self.writable(&place, target.span).then_some(place),
            Spot::Value(value) if value.ty == TypeId::ERROR => None,
            Spot::Value(value) => {
                let text = self.snippet(target.span);
                let (message, help) = if matches!(value.kind, ExprKind::FunctionAddress(_)) {
                    (format!("`{text}` is a function and cannot be assigned"), None)
                } else {
                    let help = format!("declare it with `let {text} = …`");
                    (format!("`{text}` is a constant and cannot be assigned"), Some(help))
                };
                let error = Diagnostic::error(Code::ReadOnly, message, target.span, "cannot be assigned");
                self.checker.report(with_help(error, help));
                None
            }
        }
    }

    fn writable(&mut self, place: &Place, span: Span) -> bool {
        match &place.kind {
            PlaceKind::Local(_) | PlaceKind::Global(_) | PlaceKind::Deref(_) => true,
            PlaceKind::Field { base, .. } | PlaceKind::ArrayElement { base, .. } => self.writable(base, span),
            PlaceKind::SliceElement { base, .. } if base.ty != TypeId::STR => true,
            PlaceKind::SliceElement { .. } => {
                let message = "the bytes of a `str` cannot be assigned: it is a read-only view";
                let error = Diagnostic::error(Code::ReadOnly, message, span, "read-only");
                self.checker.report(error.with_help("copy it into an array first: `let buf: [byte; 64]`"));
                false
            }
            PlaceKind::Temporary { .. } => {
                let message = "this is a part of a temporary value: nobody could see the assignment";
                self.checker.error(Code::ReadOnly, message, span, "a temporary value");
                false
            }
        }
    }
}

fn spot_type(spot: &Spot) -> TypeId {
    match spot {
        Spot::Place(place) => place.ty,
        Spot::Value(value) => value.ty,
    }
}

fn span_of(spot: &Spot) -> Span {
    match spot {
        Spot::Place(place) => place.span,
        Spot::Value(value) => value.span,
    }
}

/// Names for a sentence: `a`, `b`, `c`.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
