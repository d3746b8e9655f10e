//! A backtrace: the chain of windows on a task's stack, read as they lie in its memory.

use crate::abi::image::TEXT_BASE;
use crate::abi::op::is_window;
use crate::base::ids::{Ino, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::outcome::Backtrace;
use crate::kernel::state::State;
use crate::trace::value::{MmField, Resume};

/// How many activations are told at most.
const DEPTH: usize = 64;

/// The instructions at which the activations of a task stand, innermost first. Reads only what is present, and stops
/// where the stack makes no sense.
#[must_use]
pub fn backtrace(state: &State, tid: Tid) -> Backtrace {
    let task = state.task(tid);
    let Some(space) = task.mm else { return Backtrace::default() };
    let mut pcs = vec![task.position.pc];
    let mut sp = task.position.sp;
    while pcs.len() < DEPTH && is_window(sp) {
        let mut words = [0; 16];
        if mm::remote_read(state, space, sp, &mut words) < words.len() {
            break;
        }
        let (return_pc, caller) = words.split_at(8);
        let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        let (return_pc, caller) = (word(return_pc), word(caller));
        if return_pc < 8 || caller <= sp {
            break;
        }
        pcs.push(return_pc - 8);
        sp = caller;
    }
    Backtrace { exe: Ino(state.mm(space).field(MmField::Exe) as u32), pcs }
}

/// The same for a task that sleeps: the first instruction is the call that it sleeps in, not the one behind it.
#[must_use]
pub fn asleep(state: &State, tid: Tid) -> Backtrace {
    let mut trace = backtrace(state, tid);
    if state.task(tid).resume != Resume::Fault
        && let Some(pc) = trace.pcs.first_mut()
    {
        *pc = pc.wrapping_sub(8);
    }
    trace
}

/// The innermost instruction of a task that is the program's own and not the standard library's: the call that led
/// into the library. The innermost of all if there is none. `trapped` is where the task trapped.
#[must_use]
pub fn own_place(kernel: &Kernel, tid: Tid, trapped: u64) -> u64 {
    let trace = backtrace(kernel.state(), tid);
    let Some(&library) = kernel.library_text.get(&trace.exe) else { return trapped };
    let own = |pc: &u64| (TEXT_BASE..library).contains(pc);
    if own(&trapped) { trapped } else { trace.pcs.into_iter().skip(1).find(own).unwrap_or(trapped) }
}
