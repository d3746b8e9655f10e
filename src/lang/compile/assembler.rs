//! The assembler: one function's instructions, with labels for jumps and references for addresses.
//!
//! Owns the order of instructions, their lines, the distances of jumps and what the linker has to fill in. Code that
//! nothing reaches is dropped as it is emitted. Knows no types and chooses no slots.

use crate::abi::op::{Instruction, Op};
use crate::base::span::Span;

/// A place in the code that jumps can name before it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label(usize);

/// What lies at an address that only the linker knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Target {
    /// A function, by its index in the program.
    Function(usize),
    /// A global, by its index in the program.
    Global(usize),
    /// A literal, by its index in the program.
    Literal(usize),
    /// What the image's `__main()` calls.
    Main,
}

/// An instruction whose `imm` waits for the linker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fixup {
    /// Index of the instruction in its function.
    pub at: usize,
    /// What it names.
    pub target: Target,
    /// Bytes to add to the address; 0 for a call.
    pub offset: i32,
}

/// The finished instructions of one function; the first is its `enter`.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The instructions.
    pub instructions: Vec<Instruction>,
    /// What the linker has to fill in.
    pub fixups: Vec<Fixup>,
    /// From this instruction on, this place in the source; rising.
    pub lines: Vec<(usize, Span)>,
}

struct LabelState {
    bound_at: Option<usize>,
    is_used: bool,
}

/// Builds the [`Code`] of one function.
pub struct Assembler {
    code: Code,
    labels: Vec<LabelState>,
    jumps: Vec<(usize, Label)>,
    locals: Vec<usize>,
    span: Span,
    is_reachable: bool,
}

impl Assembler {
    /// An empty function that begins with `enter`.
    #[must_use]
    pub fn new(span: Span) -> Self {
        let mut assembler = Self {
            code: Code::default(),
            labels: Vec::new(),
            jumps: Vec::new(),
            locals: Vec::new(),
            span,
            is_reachable: true,
        };
        assembler.emit(Op::Enter, 0, 0, 0, 0);
        assembler
    }

    /// Emits one instruction, unless nothing reaches it.
    pub fn emit(&mut self, op: Op, a: u8, b: u8, c: u8, imm: i32) {
        if !self.is_reachable {
            return;
        }
        let at = self.code.instructions.len();
        if self.code.lines.last().is_none_or(|&(_, span)| span != self.span) {
            self.code.lines.push((at, self.span));
        }
        self.code.instructions.push(Instruction { op, a, b, c, imm });
    }

    /// Whether the next instruction can be reached at all.
    #[must_use]
    pub const fn is_reachable(&self) -> bool {
        self.is_reachable
    }

    /// From now on instructions belong to `span`; returns what was current.
    pub fn set_span(&mut self, span: Span) -> Span {
        std::mem::replace(&mut self.span, span)
    }

    /// The place to which instructions belong now.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// A new label, not yet bound.
    pub fn label(&mut self) -> Label {
        self.labels.push(LabelState { bound_at: None, is_used: false });
        Label(self.labels.len() - 1)
    }

    /// Binds a label to the next instruction, which is reachable if the one before falls through or a jump named it.
    pub fn bind(&mut self, label: Label) {
        let state = &mut self.labels[label.0];
        assert!(state.bound_at.is_none(), "a label is bound once");
        state.bound_at = Some(self.code.instructions.len());
        self.is_reachable |= state.is_used;
    }

    /// Binds a label that a later, backward jump will name: the next instruction is reachable if `is_reachable`.
    pub fn bind_backward(&mut self, label: Label, is_reachable: bool) {
        self.bind(label);
        self.is_reachable |= is_reachable;
    }

    /// Whether some jump names the label.
    #[must_use]
    pub fn is_used(&self, label: Label) -> bool {
        self.labels[label.0].is_used
    }

    /// `jmp`.
    pub fn jump(&mut self, to: Label) {
        self.branch(Op::Jmp, 0, 0, to);
        self.is_reachable = false;
    }

    /// A conditional jump on slots `a` and `b`.
    pub fn branch(&mut self, op: Op, a: u8, b: u8, to: Label) {
        self.branch_raw(op, a, b, 0, to);
    }

    /// A conditional jump on slot `a` and the number `k`.
    pub fn branch_constant(&mut self, op: Op, a: u8, k: i16, to: Label) {
        let [low, high] = k.to_le_bytes();
        self.branch_raw(op, a, low, high, to);
    }

    fn branch_raw(&mut self, op: Op, a: u8, b: u8, c: u8, to: Label) {
        if self.is_reachable {
            self.labels[to.0].is_used = true;
            self.jumps.push((self.code.instructions.len(), to));
        }
        self.emit(op, a, b, c, 0);
    }

    /// Puts a constant into a slot: one instruction if it fits 32 bits, else two.
    pub fn constant(&mut self, to: u8, value: i64) {
        self.emit(Op::LoadI, to, 0, 0, value as i32);
        if i64::from(value as i32) != value {
            self.emit(Op::LoadHi, to, 0, 0, (value >> 32) as i32);
        }
    }

    /// Copies a slot, unless it is the same one.
    pub fn copy_slot(&mut self, to: u8, from: u8) {
        if to != from {
            self.emit(Op::Mov, to, from, 0, 0);
        }
    }

    /// The address of a target in a slot.
    pub fn address(&mut self, to: u8, target: Target, offset: i32) {
        self.fix(target, offset);
        self.emit(Op::LoadI, to, 0, 0, 0);
    }

    /// The address of a local beside the window, `offset` bytes after the window's end.
    pub fn local(&mut self, to: u8, offset: u32) {
        if self.is_reachable {
            self.locals.push(self.code.instructions.len());
        }
        self.emit(Op::Local, to, 0, 0, offset as i32);
    }

    /// A load or store at an absolute address.
    pub fn absolute(&mut self, op: Op, a: u8, target: Target, offset: i32) {
        self.fix(target, offset);
        self.emit(op, a, 0, 0, 0);
    }

    /// A call of a known function with `words` argument words from slot `first` on.
    pub fn call(&mut self, first: u8, words: u8, function: Target) {
        self.fix(function, 0);
        self.emit(Op::Call, first, words, 0, 0);
    }

    /// Returns `words` words from slot `first` on.
    pub fn ret(&mut self, first: u8, words: u8) {
        self.emit(Op::Ret, first, words, 0, 0);
        self.is_reachable = false;
    }

    /// After this point nothing is reached: the last call does not return.
    pub fn never_returns(&mut self) {
        self.emit(Op::Ud2, 0, 0, 0, 0);
        self.is_reachable = false;
    }

    fn fix(&mut self, target: Target, offset: i32) {
        if self.is_reachable {
            self.code.fixups.push(Fixup { at: self.code.instructions.len(), target, offset });
        }
    }

    /// Fills in jumps, locals and the `enter`: `slots` words of window, `locals` bytes beside it.
    #[must_use]
    pub fn finish(mut self, slots: u8, locals: u32) -> Code {
        for (at, label) in self.jumps {
            let to = self.labels[label.0].bound_at.expect("a label that is jumped to is bound");
            self.code.instructions[at].imm = to as i32 - at as i32;
        }
        for at in self.locals {
            self.code.instructions[at].imm += 8 * i32::from(slots);
        }
        let enter = &mut self.code.instructions[0];
        enter.b = slots;
        enter.imm = locals as i32;
        self.code
    }
}

/// The conditional jump that is taken exactly when `op` is not, with whether its operands change places.
#[must_use]
pub const fn inverse(op: Op) -> Option<(Op, bool)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only jumps have an inverse")]
    match op {
        Op::Jnz => Some((Op::Jz, false)),
        Op::Jz => Some((Op::Jnz, false)),
        Op::Jeq => Some((Op::Jne, false)),
        Op::Jne => Some((Op::Jeq, false)),
        Op::Jlt => Some((Op::Jle, true)),
        Op::Jle => Some((Op::Jlt, true)),
        Op::Jltu => Some((Op::Jleu, true)),
        Op::Jleu => Some((Op::Jltu, true)),
        Op::JeqI => Some((Op::JneI, false)),
        Op::JneI => Some((Op::JeqI, false)),
        Op::JltI => Some((Op::JgeI, false)),
        Op::JgeI => Some((Op::JltI, false)),
        Op::JleI => Some((Op::JgtI, false)),
        Op::JgtI => Some((Op::JleI, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_reach_their_labels_and_dead_code_is_dropped() {
        let mut asm = Assembler::new(Span::default());
        let (top, end) = (asm.label(), asm.label());
        asm.bind_backward(top, true);
        asm.branch_constant(Op::JgeI, 2, -5, end);
        asm.jump(top);
        asm.constant(3, 1 << 40);
        asm.bind(end);
        asm.ret(0, 0);
        let code = asm.finish(3, 16);
        let ops: Vec<Op> = code.instructions.iter().map(|instruction| instruction.op).collect();
        assert_eq!(ops, [Op::Enter, Op::JgeI, Op::Jmp, Op::Ret]);
        assert_eq!(code.instructions[1].imm, 2);
        assert_eq!(code.instructions[1].constant(), -5);
        assert_eq!(code.instructions[2].imm, -1);
    }

    #[test]
    fn the_inverse_of_an_inverse_is_the_jump_itself() {
        for info in crate::abi::op::ALL {
            if let Some((other, swaps)) = inverse(info.op) {
                assert_eq!(inverse(other), Some((info.op, swaps)));
            }
        }
    }

    #[test]
    fn a_wide_constant_takes_two_instructions() {
        let mut asm = Assembler::new(Span::default());
        asm.constant(2, -1);
        asm.constant(2, 0xffff_ffff);
        let code = asm.finish(3, 0);
        assert_eq!(code.instructions.len(), 4);
        assert_eq!(code.instructions[3].imm, 0);
    }
}
