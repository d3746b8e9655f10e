//! The executor: interprets user code from the memory of its text pages until something needs the kernel.
//!
//! # Why it is safe
//!
//! A script may overwrite its text, its return addresses and its windows. Nothing here trusts them:
//!
//! - every byte is an operation (`interpret`), and the illegal ones trap;
//! - a window starts at a page offset of at most 2048 ([`is_window`] is asked wherever `sp` comes from memory), so that
//!   slots 0 to 255 lie in its page; operations with more than one slot after another check the last one;
//! - pc is a multiple of 8 within the text page at hand, or the page is fetched anew;
//! - pages are reached through the MMU only, and their host pointers are dropped as soon as any page has moved.
//!
//! # What is kept at hand
//!
//! The text page and the window's page are translated when they are entered, and then kept until they are left, even if
//! their entry is pushed out of the TLB meanwhile: a processor's instruction queue and store buffer do no less. `enter`
//! is part of the call: it is not executed, nor counted.

mod access;
mod atomic;
mod core;
mod interpret;
mod pause;

use crate::abi::op::is_window;
use crate::base::units::Ns;
use crate::machine::bus::Bus;
use crate::machine::clock;
use crate::machine::exec::core::Core;
use crate::machine::fastmap::Era;
use crate::machine::trap::Trap;

pub use pause::Pause;

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
    /// Base of the thread's own storage. The executor reads it only.
    pub tls: u64,
    /// Arguments of a system call, missing ones 0. The executor writes them only, when one traps.
    pub args: [u64; 6],
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
/// `bus.stamp.time` advances by [`clock::INSTRUCTION`] for each and by the page walks: afterwards it is the CPU's time.
/// `bus.stamp.pc` is left at the last instruction that needed the MMU. A `copy` or `zero` of n bytes counts 1 + n / 64,
/// cut to the budget. On entry the window's page is translated for writing, then the text page for execution: both may
/// fault at `pc`.
pub fn run(bus: &mut Bus, registers: &mut Registers, budget: u64) -> Exit {
    bus.hw.tidy();
    let mem = bus.recorder.wants_mem();
    let era =
        (!bus.is_watched()).then(|| Era { cpu: bus.cpu, memory: bus.hw.phys.generation(), moves: bus.hw.phys.moves() });
    bus.fastmap.enter(era);
    let start = bus.stamp.time;
    let mut core = Core::new(bus, registers, budget);
    let (trap, executed) =
        if mem { interpret::interpret::<true>(&mut core) } else { interpret::interpret::<false>(&mut core) };
    core.bus.stamp.time = Ns(start.0 + core.walks() + executed * clock::INSTRUCTION);
    Exit { trap, executed }
}

/// The same, but that it ends with [`Trap::Timer`] before an instruction that others could notice, as `pause` says; if
/// `begins`, not before the first one.
pub fn run_to_pause(bus: &mut Bus, registers: &mut Registers, budget: u64, pause: Pause, begins: bool) -> Exit {
    bus.hw.tidy();
    bus.fastmap.enter(None);
    let start = bus.stamp.time;
    let mut core = Core::new(bus, registers, budget);
    core.pause_before(pause, begins);
    let (trap, executed) = interpret::interpret::<true>(&mut core);
    core.bus.stamp.time = Ns(start.0 + core.walks() + executed * clock::INSTRUCTION);
    Exit { trap, executed }
}

/// Whether pc and sp are such as the executor accepts; the kernel asks before it believes a signal frame.
#[must_use]
pub const fn are_lawful(pc: u64, sp: u64) -> bool {
    pc & 7 == 0 && is_window(sp)
}

#[cfg(test)]
pub(crate) mod rig;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
