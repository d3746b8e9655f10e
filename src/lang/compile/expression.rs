//! Expressions of one word: their value in a slot, in place where it lies in one already.
//!
//! Slots are given back before the destination is taken, so a destination may be an operand's slot: every sequence
//! emitted here reads its operands before, or in, the instruction that writes the destination.

use super::function::FunctionCompiler;
use super::place::Location;
use super::slots::Slots;
use crate::abi::op::Op;
use crate::lang::check::tree::{BinaryOp, Callee, Conversion, Expr, ExprKind, Type, TypeId, UnaryOp};

/// The right side of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// In a slot.
    Slot(u8),
    /// Known now.
    Constant(i64),
}

impl FunctionCompiler<'_> {
    /// The value of a one-word expression, in place or in a new temporary.
    pub(super) fn operand(&mut self, expr: &Expr) -> u8 {
        self.value(expr, None)
    }

    /// Evaluates an expression of one or two words to a slot.
    pub(super) fn value_into(&mut self, expr: &Expr, to: u8) {
        let mark = self.slots.mark();
        let _ =
            if self.program.types.words(expr.ty) == 2 { self.pair(expr, Some(to)) } else { self.value(expr, Some(to)) };
        self.slots.release_slots(mark);
    }

    /// A constant in a new temporary.
    pub(super) fn constant_slot(&mut self, value: i64) -> u8 {
        let to = self.slots.take(1);
        self.asm.constant(to, value);
        to
    }

    /// An operand that need not be in a slot.
    pub(super) fn right_side(&mut self, expr: &Expr) -> Operand {
        if let ExprKind::Int(value) = expr.kind { Operand::Constant(value) } else { Operand::Slot(self.operand(expr)) }
    }

    /// The value of a one-word expression: in `want`, or wherever it is.
    pub(super) fn value(&mut self, expr: &Expr, want: Option<u8>) -> u8 {
        let mark = self.slots.mark();
        match &expr.kind {
            ExprKind::Int(value) => self.constant_value(*value, want),
            ExprKind::Zero => self.constant_value(0, want),
            ExprKind::FunctionAddress(function) => {
                let to = self.wanted(want);
                self.asm.address(to, Self::target(*function), 0);
                to
            }
            ExprKind::Load(place) => match self.locate(place) {
                Location::Window(slot) => self.settle(slot, want),
                Location::Memory(address) => self.load(address, place.ty, want, mark),
            },
            ExprKind::AddressOf(place) => {
                let address = self.locate_memory(place);
                self.address_value(address, want, mark)
            }
            ExprKind::Unary(op, value) => self.unary(*op, value, expr.ty, want),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = match (&left.kind, is_commutative(*op)) {
                    (ExprKind::Int(_), true) => (right, left),
                    _ => (left, right),
                };
                let left = self.operand(left);
                let right = self.right_side(right);
                self.binary(*op, expr.ty, left, right, want, mark)
            }
            ExprKind::Compare(op, left, right) => self.compare_value(*op, left, right, want),
            ExprKind::And(..) | ExprKind::Or(..) => self.condition_value(expr, want),
            ExprKind::Convert(conversion, value) => self.convert(*conversion, value, expr.ty, want),
            ExprKind::PointerAdd { pointer, index, size, negative } => {
                if *negative {
                    self.pointer_back(pointer, index, *size, want)
                } else {
                    let address = self.pointer(expr);
                    self.address_value(address, want, mark)
                }
            }
            ExprKind::PointerDifference { left, right, size } => {
                let (left, right) = (self.operand(left), self.operand(right));
                self.slots.release_slots(mark);
                let to = self.wanted(want);
                self.three(Op::Sub, to, left, right);
                self.divide(to, *size);
                to
            }
            ExprKind::Len(value) => {
                let pair = self.pair(value, None);
                self.slots.release_slots(mark);
                if want.is_none() && Slots::is_older(pair + 1, mark) {
                    return pair + 1;
                }
                let to = self.wanted(want);
                self.asm.copy_slot(to, pair + 1);
                to
            }
            ExprKind::Call { callee, args, order } => {
                self.call(callee, args, order, expr, None);
                self.call_result(want, mark)
            }
            ExprKind::Format { buffer, parts } => {
                self.format(buffer, parts);
                self.call_result(want, mark)
            }
            ExprKind::Syscall(args) => {
                self.system_call(args);
                self.call_result(want, mark)
            }
            ExprKind::Choose(limit) => {
                let limit = self.operand(limit);
                self.asm.emit(Op::Choose, limit, 0, 0, 0);
                self.call_result(want, mark)
            }
            ExprKind::Intrinsic(what, args) => self.intrinsic(*what, args, want),
            ExprKind::Str(_)
            | ExprKind::ArrayToSlice(_)
            | ExprKind::Slice { .. }
            | ExprKind::Array(_)
            | ExprKind::Repeat(..)
            | ExprKind::Struct { .. }
            | ExprKind::Print { .. }
            | ExprKind::CallMain => unreachable!("the checker gives these no type of one word"),
        }
    }

    fn constant_value(&mut self, value: i64, want: Option<u8>) -> u8 {
        let to = self.wanted(want);
        self.asm.constant(to, value);
        to
    }

    /// Fetches the one word that a call or system call returned.
    fn call_result(&mut self, want: Option<u8>, mark: super::slots::Mark) -> u8 {
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        self.asm.emit(Op::Result, to, 1, 0, 0);
        to
    }

    fn unary(&mut self, op: UnaryOp, value: &Expr, ty: TypeId, want: Option<u8>) -> u8 {
        let mark = self.slots.mark();
        let from = self.operand(value);
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        let op = match op {
            UnaryOp::Neg => Op::Neg,
            UnaryOp::BitNot => Op::Not,
            UnaryOp::Not => Op::LogicNot,
        };
        self.asm.emit(op, to, from, 0, 0);
        if op != Op::LogicNot {
            self.wrap(to, to, ty);
        }
        to
    }

    /// `left op right` of type `ty`. Slots taken since `mark` are given back.
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        ty: TypeId,
        left: u8,
        right: Operand,
        want: Option<u8>,
        mark: super::slots::Mark,
    ) -> u8 {
        let is_signed = self.program.types.is_signed(ty);
        let immediate = match right {
            Operand::Constant(value) => immediate(op, value, is_signed),
            Operand::Slot(_) => None,
        };
        if let Some((op, imm)) = immediate {
            self.slots.release_slots(mark);
            let to = self.wanted(want);
            self.asm.emit(op, to, left, 0, imm);
            if matches!(op, Op::AddI | Op::MulI | Op::ShlI) {
                self.wrap(to, to, ty);
            }
            return to;
        }
        let right = match right {
            Operand::Slot(slot) => slot,
            Operand::Constant(value) => self.constant_slot(value),
        };
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        self.three(register_op(op, is_signed), to, left, right);
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Shl | BinaryOp::Div => self.wrap(to, to, ty),
            BinaryOp::Rem | BinaryOp::And | BinaryOp::Or | BinaryOp::Xor | BinaryOp::AndNot | BinaryOp::Shr => {}
        }
        to
    }

    fn convert(&mut self, conversion: Conversion, value: &Expr, ty: TypeId, want: Option<u8>) -> u8 {
        match conversion {
            Conversion::Keep if self.program.types.words(value.ty) == 1 => self.value(value, want),
            // A str or slice as its pointer.
            Conversion::Keep => {
                let mark = self.slots.mark();
                let pair = self.pair(value, None);
                self.slots.release_slots(mark);
                let to = self.wanted(want);
                self.asm.copy_slot(to, pair);
                to
            }
            Conversion::Wrap => {
                let mark = self.slots.mark();
                let from = self.operand(value);
                self.slots.release_slots(mark);
                if self.normaliser(ty).is_none() {
                    let to = self.wanted(want);
                    self.asm.copy_slot(to, from);
                    return to;
                }
                let to = self.wanted(want);
                self.wrap(to, from, ty);
                to
            }
        }
    }

    /// The instruction that brings a word to the width of a type; `None` if it has all 64 bits.
    fn normaliser(&self, ty: TypeId) -> Option<Op> {
        if matches!(self.program.types.get(ty), Type::Bool) {
            return None;
        }
        match (self.program.types.size(ty), self.program.types.is_signed(ty)) {
            (1, _) => Some(Op::Zx8),
            (2, _) => Some(Op::Zx16),
            (4, false) => Some(Op::Zx32),
            (4, true) => Some(Op::Sx32),
            _ => None,
        }
    }

    /// Brings the word in `from` to the width of a type, in `to`; nothing if they are one slot and it has 64 bits.
    pub(super) fn wrap(&mut self, to: u8, from: u8, ty: TypeId) {
        match self.normaliser(ty) {
            Some(op) => self.asm.emit(op, to, from, 0, 0),
            None => self.asm.copy_slot(to, from),
        }
    }

    fn pointer_back(&mut self, pointer: &Expr, index: &Expr, size: u64, want: Option<u8>) -> u8 {
        let mark = self.slots.mark();
        let base = self.operand(pointer);
        let index = self.operand(index);
        let bytes = self.scaled(index, size);
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        self.three(Op::Sub, to, base, bytes);
        to
    }

    fn divide(&mut self, slot: u8, size: u64) {
        if size.is_power_of_two() {
            if size > 1 {
                self.asm.emit(Op::SarI, slot, slot, 0, size.trailing_zeros() as i32);
            }
            return;
        }
        let mark = self.slots.mark();
        // `slot` may be a temporary that was just taken, or one above the mark: never the next free one.
        let divisor = self.constant_slot(size as i64);
        self.three(Op::Div, slot, slot, divisor);
        self.slots.release_slots(mark);
    }

    /// Evaluates an expression for what it does and drops its value.
    pub(super) fn effect(&mut self, expr: &Expr) {
        let mark = self.slots.mark();
        match &expr.kind {
            ExprKind::Call { callee, args, order } => {
                let result = self.dropped_result(expr.ty);
                self.call(callee, args, order, expr, result);
            }
            ExprKind::Print { fd, parts } => self.print(*fd, parts),
            ExprKind::CallMain => self.call_main(),
            ExprKind::Syscall(args) => self.system_call(args),
            ExprKind::Intrinsic(what, args) => {
                let _ = self.intrinsic(*what, args, None);
            }
            ExprKind::Int(_)
            | ExprKind::Str(_)
            | ExprKind::Zero
            | ExprKind::FunctionAddress(_)
            | ExprKind::Load(_)
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
            | ExprKind::Array(_)
            | ExprKind::Repeat(..)
            | ExprKind::Struct { .. }
            | ExprKind::Format { .. }
            | ExprKind::Choose(_) => self.dropped_value(expr),
        }
        self.slots.release_slots(mark);
    }

    fn dropped_value(&mut self, expr: &Expr) {
        match self.program.types.words(expr.ty) {
            0 => {
                let address = self.hidden_bytes(expr.ty);
                self.aggregate(expr, address);
            }
            1 => {
                let _ = self.operand(expr);
            }
            2.. => {
                let _ = self.pair(expr, None);
            }
        }
    }

    /// Whether a callee is known and what it is called through.
    pub(super) fn callee_slot(&mut self, callee: &Callee) -> Option<u8> {
        match callee {
            Callee::Function(_) => None,
            Callee::Address(expr) => Some(self.operand(expr)),
        }
    }
}

const fn is_commutative(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Mul | BinaryOp::And | BinaryOp::Or | BinaryOp::Xor)
}

/// The instruction with a constant on the right, if there is one.
fn immediate(op: BinaryOp, value: i64, is_signed: bool) -> Option<(Op, i32)> {
    let (op, value) = match op {
        BinaryOp::Add => (Op::AddI, value),
        BinaryOp::Sub => (Op::AddI, value.wrapping_neg()),
        BinaryOp::Mul => (Op::MulI, value),
        BinaryOp::And => (Op::AndI, value),
        BinaryOp::AndNot => (Op::AndI, !value),
        BinaryOp::Or => (Op::OrI, value),
        BinaryOp::Xor => (Op::XorI, value),
        BinaryOp::Shl => (Op::ShlI, value & 63),
        BinaryOp::Shr if is_signed => (Op::SarI, value & 63),
        BinaryOp::Shr => (Op::ShrI, value & 63),
        BinaryOp::Div | BinaryOp::Rem => return None,
    };
    Some((op, i32::try_from(value).ok()?))
}

const fn register_op(op: BinaryOp, is_signed: bool) -> Op {
    match (op, is_signed) {
        (BinaryOp::Add, _) => Op::Add,
        (BinaryOp::Sub, _) => Op::Sub,
        (BinaryOp::Mul, _) => Op::Mul,
        (BinaryOp::Div, true) => Op::Div,
        (BinaryOp::Div, false) => Op::DivU,
        (BinaryOp::Rem, true) => Op::Rem,
        (BinaryOp::Rem, false) => Op::RemU,
        (BinaryOp::And, _) => Op::And,
        (BinaryOp::Or, _) => Op::Or,
        (BinaryOp::Xor, _) => Op::Xor,
        (BinaryOp::AndNot, _) => Op::AndNot,
        (BinaryOp::Shl, _) => Op::Shl,
        (BinaryOp::Shr, true) => Op::Sar,
        (BinaryOp::Shr, false) => Op::Shr,
    }
}
