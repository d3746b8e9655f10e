//! The frame that a handler runs on: what is pushed on the user stack before it, and taken from there by
//! rt_sigreturn(2).
//!
//! ```text
//! top ->        the interrupted activation, or the end of the alternate stack
//!               (padding, so that a window may start below)
//! F + 384       context: pc, sp, rax, rdx, mask
//! F + 256       siginfo_t, 128 bytes
//! frame F ->    window of the restorer, 32 slots: w[0] = interrupted pc + 8, w[1] = interrupted sp
//!               (padding, locals of the handler)
//! sp ->         window of the handler: w[0] = restorer, w[1] = F, w[2] = signal, w[3] = F + 256, w[4] = F + 384
//! ```
//!
//! When the handler returns, the restorer runs in its window, and its system call finds the frame by its stack pointer.
//! Where it was interrupted stands in that window only for those who read backtraces.

use crate::abi::errno::Errno;
use crate::abi::flags::{SI_KERNEL, SaFlags};
use crate::abi::layout::SIGINFO_BYTES;
use crate::abi::op::{Instruction, Op, callee_sp};
use crate::abi::signal::Signal;
use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::outcome::Misdeed;
use crate::kernel::signal::action::flags;
use crate::kernel::signal::deliver::force;
use crate::kernel::signal::info::siginfo;
use crate::kernel::stop::{Stop, SysResult};
use crate::machine::clock;
use crate::machine::exec::are_lawful;
use crate::trace::event::Note;
use crate::trace::value::{ActionDetails, AltStack, Position, QueuedSignal, Returned, SignalSet};

/// Slots of the restorer's window.
const RESTORER_SLOTS: u8 = 32;
/// Where the siginfo_t lies in a frame.
const INFO: u64 = 8 * RESTORER_SLOTS as u64;
/// Where the context lies in a frame.
const CONTEXT: u64 = INFO + SIGINFO_BYTES as u64;
/// Words of the context.
const CONTEXT_WORDS: usize = 5;
/// Words that are passed to a handler, behind its return address and its caller's sp.
const WINDOW_WORDS: usize = 5;

/// What comes back when a handler has returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Context {
    pub position: Position,
    pub returned: Returned,
    pub mask: SignalSet,
}

/// A handler that is ready to run: where it begins, and its frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pushed {
    pub start: Position,
    pub frame: u64,
}

/// Whether a stack pointer lies on an alternate stack (`on_sig_stack`).
#[must_use]
pub fn is_on(stack: AltStack, sp: u64) -> bool {
    sp > stack.base && sp - stack.base <= u64::from(stack.size)
}

/// Pushes the frame of a handler for the current task. Nothing else is changed, so it can be done again.
///
/// # Errors
/// EFAULT if the stack can not take it or there is no restorer; a sleep until a page is there.
pub(super) fn push(
    kernel: &mut Kernel,
    tid: Tid,
    (handler, details): (u64, ActionDetails),
    queued: QueuedSignal,
    context: Context,
) -> SysResult<Pushed> {
    if !flags(details).contains(SaFlags::SA_RESTORER) {
        return Err(Errno::EFAULT.into());
    }
    let (stack, sp) = (kernel.state().task(tid).alt_stack, context.position.sp);
    let enters = flags(details).contains(SaFlags::SA_ONSTACK) && stack.size > 0 && !is_on(stack, sp);
    let top = if enters { stack.base.wrapping_add(stack.size.into()) } else { sp };
    let frame = callee_sp(top, RESTORER_SLOTS, (SIGINFO_BYTES + 8 * CONTEXT_WORDS) as u32);
    let (pc, slots, locals) = entry_of(kernel, handler)?;
    let start = Position { pc, sp: callee_sp(frame, slots, locals) };
    // Who is on the alternate stack and runs over its end is not to write below it.
    if (enters || is_on(stack, sp)) && !is_on(stack, start.sp) {
        return Err(Errno::EFAULT.into());
    }

    let Position { pc, sp } = context.position;
    write_words(kernel, frame, &[pc.wrapping_add(8), sp])?;
    let info = siginfo(kernel, queued).to_bytes();
    kernel.write_user(frame.wrapping_add(INFO), &info)?;
    let saved = [pc, sp, context.returned.rax, context.returned.rdx, context.mask.0];
    write_words(kernel, frame.wrapping_add(CONTEXT), &saved)?;
    let (info, saved) = (frame.wrapping_add(INFO), frame.wrapping_add(CONTEXT));
    // The first instruction of the restorer, too, only tells a call how large its window is.
    let restorer = u64::from(details.restorer).wrapping_add(8);
    let window = [restorer, frame, queued.signal.into(), info, saved];
    write_words(kernel, start.sp, &window[..usize::from(slots).clamp(2, WINDOW_WORDS)])?;
    Ok(Pushed { start, frame })
}

/// Where a function begins behind its `enter`, and how large its activation is. What is no function is called as it
/// is: its first instruction will tell.
fn entry_of(kernel: &mut Kernel, function: u64) -> SysResult<(u64, u8, u32)> {
    let word = match kernel.read_user_u64(function) {
        Ok(word) => word,
        Err(Stop::Errno(_)) => 0,
        Err(stop) => return Err(stop),
    };
    Ok(match Instruction::decode(word) {
        Some(Instruction { op: Op::Enter, b: slots, imm: locals, .. }) => {
            (function.wrapping_add(8), slots, locals as u32)
        }
        Some(_) | None => (function, WINDOW_WORDS as u8, 0),
    })
}

fn write_words(kernel: &mut Kernel, address: u64, words: &[u64]) -> SysResult<()> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    kernel.write_user(address, &bytes)
}

/// `rt_sigreturn()`: takes the current task's registers and mask from the frame at its stack pointer. A frame that makes no
/// sense is SIGSEGV, as on Linux.
///
/// # Errors
/// Always [`Stop::Gone`], as the registers are those of before; or a sleep.
pub fn return_from_handler(kernel: &mut Kernel) -> SysResult {
    let tid = kernel.current();
    let frame = kernel.state().task(tid).position.sp;
    let mut bytes = [0; 8 * CONTEXT_WORDS];
    let read = kernel.read_user(frame.wrapping_add(CONTEXT), &mut bytes);
    if let Err(stop @ (Stop::Sleeps | Stop::Interrupted | Stop::Gone)) = read {
        return Err(stop);
    }
    let mut words = bytes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
    let mut word = || words.next().expect("five words");
    let position = Position { pc: word(), sp: word() };
    let returned = Returned { rax: word(), rdx: word() };
    let mask = SignalSet(word()).without(Signal::SIGKILL).without(Signal::SIGSTOP);
    if read.is_err() || !are_lawful(position.pc, position.sp) {
        force(kernel, Signal::SIGSEGV, SI_KERNEL, 0, Misdeed::BadFrame { frame });
        return Err(Stop::Gone);
    }
    kernel.charge(clock::SYSCALL_EXIT);
    kernel.set_progress(tid, 0);
    kernel.set_position(tid, position);
    kernel.set_returned(tid, returned);
    kernel.set_mask(tid, mask);
    kernel.note(Note::HandlerDone { frame });
    Err(Stop::Gone)
}
