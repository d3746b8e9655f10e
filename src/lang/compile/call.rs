//! Calls: arguments in slots in a row, copies of structs and arrays, the hidden address of a result.

use super::assembler::Target;
use super::function::FunctionCompiler;
use super::place::Address;
use crate::abi::op::Op;
use crate::lang::check::tree::{Callee, Expr, TypeId};

impl FunctionCompiler<'_> {
    /// Calls; the result is in rax and rdx, or at `result` if it is a struct or array. `expr` is the whole call.
    pub(super) fn call(
        &mut self,
        callee: &Callee,
        args: &[Expr],
        order: &[usize],
        expr: &Expr,
        result: Option<Address>,
    ) {
        let mark = self.slots.mark();
        let is_aggregate = self.program.types.is_aggregate(expr.ty);
        let result = if is_aggregate { Some(result.unwrap_or_else(|| self.hidden_bytes(expr.ty))) } else { None };
        let through = self.callee_slot(callee);
        let mut words = u64::from(result.is_some());
        let mut offsets = Vec::with_capacity(args.len());
        for arg in args {
            offsets.push(words as u8);
            words += u64::from(self.program.types.words(arg.ty).max(1));
        }
        let first = self.take_arguments(words);
        if let Some(result) = result {
            let inner = self.slots.mark();
            let _ = self.address_value(result, Some(first), inner);
        }
        for &i in order {
            self.argument(&args[i], first.wrapping_add(offsets[i]));
        }
        let before = self.asm.set_span(expr.span);
        match (callee, through) {
            (Callee::Function(function), _) => self.asm.call(first, words as u8, Self::target(*function)),
            (Callee::Address(_), slot) => {
                self.asm.emit(Op::CallIndirect, first, words as u8, slot.unwrap_or(0), 0);
            }
        }
        let _ = self.asm.set_span(before);
        self.slots.release_slots(mark);
    }

    /// Slots for so many argument words; too many are remembered as a window that is too large.
    fn take_arguments(&mut self, words: u64) -> u8 {
        if let Ok(words) = u8::try_from(words) {
            return self.slots.take(words);
        }
        let _ = self.slots.take(u8::MAX);
        self.slots.take(u8::MAX)
    }

    /// Evaluates one argument to its slot: a value, or the address of a copy made for the callee.
    fn argument(&mut self, arg: &Expr, to: u8) {
        if !self.program.types.is_aggregate(arg.ty) {
            self.value_into(arg, to);
            return;
        }
        let copy = self.hidden_bytes(arg.ty);
        self.aggregate(arg, copy);
        let mark = self.slots.mark();
        let _ = self.address_value(copy, Some(to), mark);
    }

    /// Where the result of a call that nobody looks at goes, if it needs memory.
    pub(super) fn dropped_result(&mut self, ty: TypeId) -> Option<Address> {
        self.program.types.is_aggregate(ty).then(|| self.hidden_bytes(ty))
    }

    /// A system call: number and arguments in slots in a row; the answer is in rax.
    pub(super) fn system_call(&mut self, args: &[Expr]) {
        let mark = self.slots.mark();
        let first = self.take_arguments(args.len() as u64);
        for (i, arg) in args.iter().enumerate() {
            self.value_into(arg, first.wrapping_add(i as u8));
        }
        self.asm.emit(Op::Syscall, first, (args.len() as u8).saturating_sub(1), 0, 0);
        self.slots.release_slots(mark);
    }

    /// Calls the statements of the script or program.
    pub(super) fn call_main(&mut self) {
        let first = self.slots.top();
        self.asm.call(first, 0, Target::Main);
    }
}
