//! `match`: patterns tested one after the other, each arm's body after its tests.

use super::assembler::Label;
use super::expression::Operand;
use super::function::FunctionCompiler;
use super::place::Location;
use crate::abi::op::Op;
use crate::lang::check::tree::{Arm, Block, CompareOp, Expr, LocalId, Pattern, TypeId};

impl FunctionCompiler<'_> {
    /// A whole `match`.
    pub(super) fn match_arms(&mut self, subject: LocalId, value: &Expr, arms: &[Arm], default: Option<&Block>) {
        let _ = self.settle_local(subject);
        self.init(subject, value);
        let end = self.asm.label();
        for arm in arms {
            let (body, next) = (self.asm.label(), self.asm.label());
            for (i, pattern) in arm.patterns.iter().enumerate() {
                let is_last = i + 1 == arm.patterns.len();
                let mark = self.slots.mark();
                self.pattern(subject, value.ty, pattern, is_last, body, next);
                self.slots.release_slots(mark);
            }
            self.asm.bind(body);
            self.block(&arm.body);
            self.asm.jump(end);
            self.asm.bind(next);
        }
        if let Some(block) = default {
            self.block(block);
        }
        self.asm.bind(end);
    }

    /// Tests one pattern. The last of an arm jumps to `next` if it does not fit and goes on if it does; another jumps
    /// to `body` if it fits and goes on if it does not.
    fn pattern(&mut self, subject: LocalId, ty: TypeId, pattern: &Pattern, is_last: bool, body: Label, next: Label) {
        let to = if is_last { next } else { body };
        let when = !is_last;
        match pattern {
            Pattern::Int(value) => {
                let slot = self.subject(subject, ty);
                self.branch_operands(CompareOp::Eq, slot, Operand::Constant(*value), false, when, to);
            }
            Pattern::Range(from, until) => {
                let slot = self.subject(subject, ty);
                let is_wide = self.is_wide_unsigned(ty);
                let below = self.asm.label();
                let no = if is_last { next } else { below };
                self.branch_operands(CompareOp::Lt, slot, Operand::Constant(*from), is_wide, true, no);
                self.branch_operands(CompareOp::Lt, slot, Operand::Constant(*until), is_wide, when, to);
                self.asm.bind(below);
            }
            Pattern::Str(bytes) => {
                let first = self.slots.take(4);
                self.subject_pair(subject, first);
                let target = self.literal(bytes);
                self.asm.address(first + 2, target, 0);
                self.asm.constant(first + 3, bytes.len() as i64);
                let function = self.support("str_equal");
                self.asm.call(first, 4, function);
                self.asm.emit(Op::Result, first, 1, 0, 0);
                self.asm.branch(if when { Op::Jnz } else { Op::Jz }, first, 0, to);
            }
        }
    }

    fn subject(&mut self, subject: LocalId, ty: TypeId) -> u8 {
        match self.home(subject) {
            Location::Window(slot) => slot,
            Location::Memory(address) => {
                let mark = self.slots.mark();
                self.load(address, ty, None, mark)
            }
        }
    }

    fn subject_pair(&mut self, subject: LocalId, to: u8) {
        match self.home(subject) {
            Location::Window(slot) => {
                self.asm.copy_slot(to, slot);
                self.asm.copy_slot(to + 1, slot + 1);
            }
            Location::Memory(address) => self.load_pair(address, to),
        }
    }
}
