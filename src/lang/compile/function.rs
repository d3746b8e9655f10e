//! One function: where its parameters and locals live, and what stands before and after its statements.

use indexmap::IndexSet;

use super::assembler::{Assembler, Code, Label, Target};
use super::place::{Address, Base, Location};
use super::slots::Slots;
use crate::abi::op::Op;
use crate::base::span::Span;
use crate::lang::check::tree::{Function, FunctionId, LocalId, Program, TypeId};

/// The bytes of all literals of a program, each once; a NUL follows each in memory.
pub type Literals = IndexSet<Vec<u8>>;

/// Why a function can not be compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TooLarge {
    /// An expression or the parameters need more than the window's 255 slots.
    Window,
    /// The locals need more bytes than any stack has.
    Frame,
}

/// Where a local lives.
#[derive(Clone, Copy, Debug)]
pub enum Home {
    /// In one slot of the window, or two in a row.
    Window(u8),
    /// Beside the window.
    Frame(u32),
    /// At the address in a slot: a struct or array that the caller passed.
    Indirect(u8),
}

/// Where `break` and `continue` go.
#[derive(Clone, Copy, Debug)]
pub struct LoopLabels {
    /// After the loop.
    pub exit: Label,
    /// To the next round.
    pub next: Label,
}

/// What a failed check calls, after the function's end.
pub struct Cold {
    /// Where the check jumps.
    pub label: Label,
    /// Where the check stands in the source.
    pub span: Span,
    /// A function of the stdlib that does not return.
    pub function: &'static str,
    /// Slots of its arguments, one word each.
    pub arguments: Vec<u8>,
    /// The first slot that was free at the check.
    pub top: u8,
}

/// The state of compiling one function.
pub struct FunctionCompiler<'p> {
    pub(super) program: &'p Program,
    pub(super) function: &'p Function,
    pub(super) literals: &'p mut Literals,
    pub(super) asm: Assembler,
    pub(super) slots: Slots,
    homes: Vec<Option<Home>>,
    pub(super) loops: Vec<LoopLabels>,
    pub(super) cold: Vec<Cold>,
    /// The slot with the address of a struct or array result.
    pub(super) result: Option<u8>,
    /// Whether the current statement made a hidden local that lives as long as its block.
    pub(super) keeps_bytes: bool,
}

impl<'p> FunctionCompiler<'p> {
    /// Compiles a function.
    ///
    /// # Errors
    /// [`TooLarge`] if its activation has no room for an expression or the locals.
    pub fn compile(program: &'p Program, function: &'p Function, literals: &'p mut Literals) -> Result<Code, TooLarge> {
        let mut compiler = Self {
            program,
            function,
            literals,
            asm: Assembler::new(function.span),
            slots: Slots::new(),
            homes: vec![None; function.locals.len()],
            loops: Vec::new(),
            cold: Vec::new(),
            result: None,
            keeps_bytes: false,
        };
        compiler.parameters();
        compiler.block(&function.body);
        compiler.end();
        if compiler.slots.is_window_too_large() {
            return Err(TooLarge::Window);
        }
        if compiler.slots.is_frame_too_large() {
            return Err(TooLarge::Frame);
        }
        let (slots, bytes) = compiler.slots.size();
        Ok(compiler.asm.finish(slots, bytes))
    }

    /// Gives each parameter its home: the slot in which it came, or memory if its address is taken.
    fn parameters(&mut self) {
        if self.program.types.is_aggregate(self.function.result) {
            self.result = Some(self.slots.take(1));
        }
        let mut incoming = Vec::new();
        for local in &self.function.locals[..self.function.params] {
            incoming.push(self.slots.take(self.program.types.words(local.ty).max(1)));
        }
        for (i, slot) in incoming.into_iter().enumerate() {
            let local = &self.function.locals[i];
            self.homes[i] = Some(if self.program.types.is_aggregate(local.ty) {
                Home::Indirect(slot)
            } else if local.address_taken {
                let offset = self.slots.take_bytes(self.program.types.size(local.ty));
                let address = Address::new(Base::Frame(offset));
                let mark = self.slots.mark();
                self.store_words(address, local.ty, slot);
                self.slots.release_slots(mark);
                Home::Frame(offset)
            } else {
                Home::Window(slot)
            });
        }
    }

    /// What follows the last statement: the return of a function without result, then the cold calls.
    fn end(&mut self) {
        if self.function.result == TypeId::VOID {
            self.asm.ret(0, 0);
        } else {
            // Reached only if a match over an enum met a value that is none of its variants.
            self.asm.never_returns();
        }
        for cold in std::mem::take(&mut self.cold) {
            self.asm.bind(cold.label);
            let _ = self.asm.set_span(cold.span);
            for (i, &slot) in cold.arguments.iter().enumerate() {
                self.asm.copy_slot(cold.top.wrapping_add(i as u8), slot);
            }
            let function = self.support(cold.function);
            self.asm.call(cold.top, cold.arguments.len() as u8, function);
            self.asm.never_returns();
        }
    }

    /// A jump target after the function's end that calls `function` with what is in these slots now.
    pub(super) fn cold_call(&mut self, function: &'static str, arguments: Vec<u8>, span: Span) -> Label {
        let label = self.asm.label();
        let mark = self.slots.mark();
        let top = self.slots.take(arguments.len() as u8);
        self.slots.release_slots(mark);
        self.cold.push(Cold { label, span, function, arguments, top });
        label
    }

    /// A function of the stdlib that generated code calls by name.
    pub(super) fn support(&self, name: &str) -> Target {
        Self::target(*self.program.support.get(name).expect("the checker brings in the support functions"))
    }

    /// The target that stands for a function.
    pub(super) const fn target(function: FunctionId) -> Target {
        Target::Function(function.0 as usize)
    }

    /// The target that stands for a literal's first byte.
    pub(super) fn literal(&mut self, bytes: &[u8]) -> Target {
        Target::Literal(self.literals.insert_full(bytes.to_vec()).0)
    }

    /// Where a local lives, beginning now if it did not before.
    pub(super) fn home(&mut self, local: LocalId) -> Location {
        let index = local.0 as usize;
        let home = self.homes[index].unwrap_or_else(|| self.settle_local(local));
        match home {
            Home::Window(slot) => Location::Window(slot),
            Home::Frame(offset) => Location::Memory(Address::new(Base::Frame(offset))),
            Home::Indirect(slot) => Location::Memory(Address::new(Base::Slot(slot))),
        }
    }

    /// Gives a local whose scope begins here a new home.
    pub(super) fn settle_local(&mut self, local: LocalId) -> Home {
        let known = &self.function.locals[local.0 as usize];
        let words = self.program.types.words(known.ty);
        let in_window = if words == 0 || known.address_taken { None } else { self.slots.take_local(words) };
        let home = match in_window {
            Some(slot) => Home::Window(slot),
            None => Home::Frame(self.slots.take_bytes(self.program.types.size(known.ty))),
        };
        self.homes[local.0 as usize] = Some(home);
        home
    }

    /// `want`, or a new temporary.
    pub(super) fn wanted(&mut self, want: Option<u8>) -> u8 {
        want.unwrap_or_else(|| self.slots.take(1))
    }

    /// The value in `slot`, moved if it is wanted elsewhere.
    pub(super) fn settle(&mut self, slot: u8, want: Option<u8>) -> u8 {
        match want {
            Some(to) => {
                self.asm.copy_slot(to, slot);
                to
            }
            None => slot,
        }
    }

    /// Emits an instruction of two slots and a destination.
    pub(super) fn three(&mut self, op: Op, to: u8, left: u8, right: u8) {
        self.asm.emit(op, to, left, right, 0);
    }
}
