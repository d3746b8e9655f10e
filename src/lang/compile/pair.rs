//! Expressions of two words, str and slices: pointer and length in two slots in a row.

use super::function::FunctionCompiler;
use super::place::{Address, Base, Location};
use crate::abi::op::Op;
use crate::base::span::Span;
use crate::lang::check::tree::{Expr, ExprKind, Place, Type};

/// The parts of `base[from..to]`.
struct Cut<'e> {
    base: &'e Expr,
    from: Option<&'e Expr>,
    to: Option<&'e Expr>,
    size: u64,
    checked: bool,
    span: Span,
}

impl FunctionCompiler<'_> {
    /// The first slot of a two-word value: in `want` and the slot after it, or wherever it is.
    pub(super) fn pair(&mut self, expr: &Expr, want: Option<u8>) -> u8 {
        if let ExprKind::Convert(_, value) = &expr.kind
            && self.program.types.words(value.ty) == 2
        {
            return self.pair(value, want);
        }
        if let ExprKind::Load(place) = &expr.kind {
            return self.pair_in_place(place, want);
        }
        let first = want.unwrap_or_else(|| self.slots.take(2));
        let mark = self.slots.mark();
        if let ExprKind::Str(bytes) = &expr.kind {
            let target = self.literal(bytes);
            self.asm.address(first, target, 0);
            self.asm.constant(first + 1, bytes.len() as i64);
        } else if let ExprKind::ArrayToSlice(place) = &expr.kind {
            self.array_as_slice(place, first);
        } else if let ExprKind::Slice { base, from, to, size, checked } = &expr.kind {
            let cut =
                Cut { base, from: from.as_deref(), to: to.as_deref(), size: *size, checked: *checked, span: expr.span };
            self.cut(&cut, first);
        } else if let ExprKind::Call { callee, args, order } = &expr.kind {
            self.call(callee, args, order, expr, None);
            self.asm.emit(Op::Result, first, 2, 0, 0);
        } else {
            self.asm.constant(first, 0);
            self.asm.constant(first + 1, 0);
        }
        self.slots.release_slots(mark);
        first
    }

    fn pair_in_place(&mut self, place: &Place, want: Option<u8>) -> u8 {
        // Taken before the place's own temporaries, so that it outlives them.
        let taken = match (want, self.is_in_window(place)) {
            (Some(to), _) => Some(to),
            (None, true) => None,
            (None, false) => Some(self.slots.take(2)),
        };
        let mark = self.slots.mark();
        let location = self.locate(place);
        let first = match (location, taken) {
            (Location::Window(slot), None) => slot,
            (Location::Window(slot), Some(to)) => {
                self.asm.copy_slot(to, slot);
                self.asm.copy_slot(to + 1, slot + 1);
                to
            }
            (Location::Memory(address), taken) => {
                let to = taken.unwrap_or_else(|| self.slots.take(2));
                self.load_pair(address, to);
                to
            }
        };
        self.slots.release_slots(mark);
        first
    }

    /// The address and length of an array, in two slots.
    fn array_as_slice(&mut self, place: &Place, first: u8) {
        let mark = self.slots.mark();
        let address = self.locate_memory(place);
        let _ = self.address_value(address, Some(first), mark);
        let length = match *self.program.types.get(place.ty) {
            Type::Array(_, length) => length,
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Slice(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => 0,
        };
        self.asm.constant(first + 1, length as i64);
    }

    /// `base[from..to]` in two slots: the length is written before the pointer.
    fn cut(&mut self, cut: &Cut<'_>, first: u8) {
        let is_pair = self.program.types.words(cut.base.ty) == 2;
        let base = if is_pair { self.pair(cut.base, None) } else { self.operand(cut.base) };
        let from = cut.from.filter(|from| !matches!(from.kind, ExprKind::Int(0))).map(|from| self.operand(from));
        let to = match cut.to {
            Some(to) => self.operand(to),
            None if is_pair => base + 1,
            None => self.constant_slot(0),
        };
        if cut.checked && is_pair {
            self.check_cut(from, to, base + 1, cut);
        }
        let Some(from) = from else {
            let pointer = self.clear_of(base, first + 1);
            self.asm.copy_slot(first + 1, to);
            self.asm.copy_slot(first, pointer);
            return;
        };
        let pointer = if first == from || first == to { self.slots.take(1) } else { first };
        let bytes = self.scaled(from, cut.size);
        self.three(Op::Add, pointer, base, bytes);
        self.three(Op::Sub, first + 1, to, from);
        self.asm.copy_slot(first, pointer);
    }

    /// The value of `slot` where writing to `written` does not change it.
    fn clear_of(&mut self, slot: u8, written: u8) -> u8 {
        if slot != written {
            return slot;
        }
        let copy = self.slots.take(1);
        self.asm.copy_slot(copy, slot);
        copy
    }

    /// Jumps to `panic_slice` unless `from <= to <= len`, unsigned.
    fn check_cut(&mut self, from: Option<u8>, to: u8, len: u8, cut: &Cut<'_>) {
        if from.is_none() && cut.to.is_none() {
            return;
        }
        let mark = self.slots.mark();
        let zero = match from {
            Some(slot) => slot,
            None => self.constant_slot(0),
        };
        let cold = self.cold_call("panic_slice", vec![zero, to, len], cut.span);
        if cut.to.is_some() {
            self.asm.branch(Op::Jltu, len, to, cold);
        }
        if from.is_some() {
            self.asm.branch(Op::Jltu, to, zero, cold);
        }
        self.slots.release_slots(mark);
    }

    /// Whether a place is a local of the window, so that its value need not be loaded.
    fn is_in_window(&mut self, place: &Place) -> bool {
        use crate::lang::check::tree::PlaceKind;
        if let PlaceKind::Local(local) = place.kind { matches!(self.home(local), Location::Window(_)) } else { false }
    }

    /// New bytes beside the window for a value that no local holds.
    pub(super) fn hidden_bytes(&mut self, ty: crate::lang::check::tree::TypeId) -> Address {
        let size = self.program.types.size(ty);
        Address::new(Base::Frame(self.slots.take_bytes(size)))
    }
}
