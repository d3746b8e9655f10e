//! The executor: interprets user code from the memory of its text pages until something needs the kernel.

use crate::machine::bus::Bus;
use crate::machine::trap::Trap;

/// The registers of a thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Registers {
    /// Address of the next instruction.
    pub pc: u64,
    /// Base of the window.
    pub sp: u64,
    /// First result word.
    pub rax: u64,
    /// Second result word.
    pub rdx: u64,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exit {
    /// Why it ended.
    pub trap: Trap,
    /// How many instructions were executed, at most the budget. One that faulted is not counted.
    pub executed: u64,
}

/// Executes at most `budget` instructions of user code from `registers` on, which are up to date again at the end.
///
/// `bus.stamp.time` advances by [`clock::INSTRUCTION`](crate::machine::clock::INSTRUCTION) for each and by the page
/// walks: afterwards it is the CPU's time. A `copy` or `zero` of n bytes counts 1 + n / 64, cut to the budget.
/// On entry the window's page is translated for writing, then the text page for execution: both may fault at `pc`.
pub fn run(_bus: &mut Bus, _registers: &mut Registers, _budget: u64) -> Exit {
    Exit { trap: Trap::Timer, executed: 0 }
}
