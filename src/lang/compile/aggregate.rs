//! Values that lie in memory, structs and arrays: built or copied at an address.

use super::function::FunctionCompiler;
use super::place::{Address, Base};
use crate::abi::op::Op;
use crate::lang::check::tree::{Expr, ExprKind};

/// The most bytes that one `copy` or `zero` instruction handles.
const BLOCK_BYTES: u64 = 4096;
/// Arrays of a repeated value up to this length are stored element by element, without a loop.
const UNROLLED: u64 = 8;

impl FunctionCompiler<'_> {
    /// Builds the struct or array `expr` at an address that nothing in it reads.
    pub(super) fn aggregate(&mut self, expr: &Expr, to: Address) {
        let mark = self.slots.mark();
        let size = self.program.types.size(expr.ty);
        if let ExprKind::Load(place) = &expr.kind {
            let from = self.locate_memory(place);
            self.copy_bytes(to, from, size);
        } else if let ExprKind::Array(items) = &expr.kind {
            let to = self.steady(to);
            let mut at = to;
            for item in items {
                self.store_value(item, at);
                at = at.plus(self.program.types.size(item.ty));
            }
        } else if let ExprKind::Struct { fields, zero_first } = &expr.kind {
            let to = self.steady(to);
            if *zero_first {
                self.zero_bytes(to, size);
            }
            for (offset, value) in fields {
                self.store_value(value, to.plus(*offset));
            }
        } else if let ExprKind::Repeat(value, count) = &expr.kind {
            self.repeat(value, *count, to);
        } else if let ExprKind::Call { callee, args, order } = &expr.kind {
            self.call(callee, args, order, expr, Some(to));
        } else if let ExprKind::Convert(_, value) = &expr.kind {
            self.aggregate(value, to);
        } else {
            self.zero_bytes(to, size);
        }
        self.slots.release_slots(mark);
    }

    /// Evaluates `expr` to an address that it may itself read: through hidden bytes, unless it is a plain copy.
    pub(super) fn assign_aggregate(&mut self, expr: &Expr, to: Address) {
        if matches!(expr.kind, ExprKind::Load(_) | ExprKind::Zero) {
            self.aggregate(expr, to);
            return;
        }
        let hidden = self.hidden_bytes(expr.ty);
        self.aggregate(expr, hidden);
        self.copy_bytes(to, hidden, self.program.types.size(expr.ty));
    }

    fn repeat(&mut self, value: &Expr, count: u64, to: Address) {
        let size = self.program.types.size(value.ty);
        if matches!(value.kind, ExprKind::Int(0) | ExprKind::Zero) {
            self.zero_bytes(to, size.saturating_mul(count));
            return;
        }
        if count == 0 {
            return;
        }
        let to = self.steady(to);
        let words = self.program.types.words(value.ty);
        if words == 0 {
            self.store_value(value, to);
            self.repeat_bytes(to, size, count);
            return;
        }
        let from = if words == 2 { self.pair(value, None) } else { self.operand(value) };
        if count <= UNROLLED {
            for i in 0..count {
                self.store_words(to.plus(i * size), value.ty, from);
            }
            return;
        }
        let (at, left) = self.cursor(to, count);
        let top = self.asm.label();
        let is_reachable = self.asm.is_reachable();
        self.asm.bind_backward(top, is_reachable);
        self.store_words(Address::new(Base::Slot(at)), value.ty, from);
        self.advance(at, size, left, top);
    }

    /// Copies the first element of an array, already there, over the `count - 1` that follow.
    fn repeat_bytes(&mut self, to: Address, size: u64, count: u64) {
        if count < 2 {
            return;
        }
        let (at, left) = self.cursor(to.plus(size), count - 1);
        let top = self.asm.label();
        let is_reachable = self.asm.is_reachable();
        self.asm.bind_backward(top, is_reachable);
        self.copy_bytes(Address::new(Base::Slot(at)), to, size);
        self.advance(at, size, left, top);
    }

    /// A moving address and a counter, in temporaries.
    fn cursor(&mut self, to: Address, count: u64) -> (u8, u8) {
        let at = self.slots.take(1);
        let mark = self.slots.mark();
        let _ = self.address_value(to, Some(at), mark);
        (at, self.constant_slot(count as i64))
    }

    /// The end of a loop over memory.
    fn advance(&mut self, at: u8, size: u64, left: u8, top: super::assembler::Label) {
        self.asm.emit(Op::AddI, at, at, 0, size as i32);
        self.asm.emit(Op::AddI, left, left, 0, -1);
        self.asm.branch_constant(Op::JgtI, left, 0, top);
    }

    /// Copies bytes between ranges that are equal or apart.
    pub(super) fn copy_bytes(&mut self, to: Address, from: Address, size: u64) {
        if size == 0 || to == from {
            return;
        }
        let mark = self.slots.mark();
        if size <= BLOCK_BYTES {
            let to = self.address_slot(to);
            let from = self.address_slot(from);
            self.asm.emit(Op::Copy, to, from, 0, size as i32);
        } else {
            let (at, left) = self.cursor(to, size / BLOCK_BYTES);
            let source = self.slots.take(1);
            let inner = self.slots.mark();
            let _ = self.address_value(from, Some(source), inner);
            let top = self.asm.label();
            let is_reachable = self.asm.is_reachable();
            self.asm.bind_backward(top, is_reachable);
            self.asm.emit(Op::Copy, at, source, 0, BLOCK_BYTES as i32);
            self.asm.emit(Op::AddI, source, source, 0, BLOCK_BYTES as i32);
            self.advance(at, BLOCK_BYTES, left, top);
            if !size.is_multiple_of(BLOCK_BYTES) {
                self.asm.emit(Op::Copy, at, source, 0, (size % BLOCK_BYTES) as i32);
            }
        }
        self.slots.release_slots(mark);
    }

    /// Sets bytes to zero.
    pub(super) fn zero_bytes(&mut self, to: Address, size: u64) {
        if size == 0 {
            return;
        }
        let mark = self.slots.mark();
        if size <= BLOCK_BYTES {
            let to = self.address_slot(to);
            self.asm.emit(Op::Zero, to, 0, 0, size as i32);
        } else {
            let (at, left) = self.cursor(to, size / BLOCK_BYTES);
            let top = self.asm.label();
            let is_reachable = self.asm.is_reachable();
            self.asm.bind_backward(top, is_reachable);
            self.asm.emit(Op::Zero, at, 0, 0, BLOCK_BYTES as i32);
            self.advance(at, BLOCK_BYTES, left, top);
            if !size.is_multiple_of(BLOCK_BYTES) {
                self.asm.emit(Op::Zero, at, 0, 0, (size % BLOCK_BYTES) as i32);
            }
        }
        self.slots.release_slots(mark);
    }
}
