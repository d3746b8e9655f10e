//! Atomic operations and the other instructions for threads.

use super::assembler::Label;
use super::function::FunctionCompiler;
use crate::abi::op::{Op, SLOT_RETURN};
use crate::lang::check::tree::{Expr, Intrinsic, Type, TypeId};

impl FunctionCompiler<'_> {
    /// Evaluates operands, executes, and puts the result where it is wanted; one without a result gives any slot.
    pub(super) fn intrinsic(&mut self, what: Intrinsic, args: &[Expr], want: Option<u8>) -> u8 {
        let mark = self.slots.mark();
        let target = args.first().map_or(TypeId::INT, |first| self.target_of(first.ty));
        let size = self.program.types.size(target) as i32;
        let op = match what {
            Intrinsic::Caller if want.is_none() => return SLOT_RETURN,
            Intrinsic::Tls | Intrinsic::TlsSize | Intrinsic::Caller | Intrinsic::Fence => {
                let to = self.wanted(want);
                self.given(what, to);
                return to;
            }
            Intrinsic::LockNote => {
                let (record, place) = (self.operand(&args[0]), self.operand(&args[2]));
                self.asm.emit(Op::LockNote, record, place, 0, args[1].word().unwrap_or(0) as i32);
                return record;
            }
            Intrinsic::CompareExchange => return self.compare_exchange(args, target, size, want),
            Intrinsic::Load => Op::AtomicLoad,
            Intrinsic::Store => Op::AtomicStore,
            Intrinsic::Swap => Op::AtomicSwap,
            Intrinsic::Add | Intrinsic::Sub => Op::AtomicAdd,
            Intrinsic::And => Op::AtomicAnd,
            Intrinsic::Or => Op::AtomicOr,
            Intrinsic::Xor => Op::AtomicXor,
        };
        let address = self.operand(&args[0]);
        let value = match args.get(1) {
            Some(value) if what == Intrinsic::Sub => self.negated(value),
            Some(value) => self.operand(value),
            None => 0,
        };
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        self.asm.emit(op, to, address, value, size);
        if what != Intrinsic::Store {
            self.extended(to, target);
        }
        to
    }

    /// What needs no operand.
    fn given(&mut self, what: Intrinsic, to: u8) {
        if what == Intrinsic::Tls {
            self.asm.emit(Op::Tls, to, 0, 0, 0);
        } else if what == Intrinsic::TlsSize {
            self.asm.constant(to, self.program.thread_bytes as i64);
        } else if what == Intrinsic::Caller {
            self.asm.copy_slot(to, SLOT_RETURN);
        } else {
            self.asm.emit(Op::Fence, 0, 0, 0, 0);
        }
    }

    fn compare_exchange(&mut self, args: &[Expr], target: TypeId, size: i32, want: Option<u8>) -> u8 {
        let mark = self.slots.mark();
        let (old, known) = self.exchanged(args, target, size);
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        match known {
            Some(slot) => self.three(Op::Seq, to, old, slot),
            None => self.asm.emit(Op::LogicNot, to, old, 0, 0),
        }
        to
    }

    /// Jumps to `to` if a compare-and-exchange has worked, or has not, as `when` says.
    pub(super) fn branch_exchanged(&mut self, args: &[Expr], when: bool, to: Label) {
        let target = self.target_of(args[0].ty);
        let (old, known) = self.exchanged(args, target, self.program.types.size(target) as i32);
        match (known, when) {
            (Some(slot), true) => self.asm.branch(Op::Jeq, old, slot, to),
            (Some(slot), false) => self.asm.branch(Op::Jne, old, slot, to),
            (None, true) => self.asm.branch(Op::Jz, old, 0, to),
            (None, false) => self.asm.branch(Op::Jnz, old, 0, to),
        }
    }

    /// The slot with what was there before, and that with what was expected, unless it is 0.
    fn exchanged(&mut self, args: &[Expr], target: TypeId, size: i32) -> (u8, Option<u8>) {
        let (address, expected) = (self.operand(&args[0]), args[1].word());
        let known = if expected == Some(0) { None } else { Some(self.operand(&args[1])) };
        let new = self.operand(&args[2]);
        let old = self.slots.take(1);
        match known {
            Some(slot) => self.asm.copy_slot(old, slot),
            None => self.asm.constant(old, 0),
        }
        self.asm.emit(Op::CompareExchange, old, address, new, size);
        self.extended(old, target);
        (old, known)
    }

    /// An atomic access gives small integers zero-extended.
    fn extended(&mut self, slot: u8, target: TypeId) {
        if target == TypeId::I32 {
            self.asm.emit(Op::Sx32, slot, slot, 0, 0);
        }
    }

    fn negated(&mut self, value: &Expr) -> u8 {
        if let Some(constant) = value.word() {
            return self.constant_slot(constant.wrapping_neg());
        }
        let from = self.operand(value);
        let to = self.slots.take(1);
        self.asm.emit(Op::Neg, to, from, 0, 0);
        to
    }

    /// What a pointer points to.
    fn target_of(&self, pointer: TypeId) -> TypeId {
        if let &Type::Pointer(target) = self.program.types.get(pointer) { target } else { TypeId::INT }
    }
}
