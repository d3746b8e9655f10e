//! System calls that a signal interrupts: which are called again, and which fail with EINTR (`signal(7)`).

use crate::abi::errno::Errno;
use crate::abi::sysno::Sysno;
use crate::base::ids::Tid;
use crate::kernel::core::Kernel;
use crate::kernel::syscall::note;
use crate::machine::clock;
use crate::trace::event::CALLED_AGAIN;
use crate::trace::value::{Resume, Returned};

/// Whether a task is in a call that a signal has interrupted.
pub(super) fn is_interrupted(kernel: &Kernel, tid: Tid) -> bool {
    kernel.state().task(tid).resume == Resume::Syscall
}

/// Whether the call of a task is one that SA_RESTART calls again.
pub(super) fn can_restart(kernel: &Kernel, tid: Tid) -> bool {
    let [nr, args @ ..] = kernel.state().task(tid).call;
    match Sysno(nr as u16) {
        Sysno::NANOSLEEP | Sysno::CLOCK_NANOSLEEP | Sysno::POLL | Sysno::PAUSE | Sysno::RT_SIGSUSPEND => false,
        Sysno::RT_SIGTIMEDWAIT => false,
        // With a time to wait at most it would begin to count anew.
        Sysno::FUTEX => args[3] == 0,
        _ => true,
    }
}

/// The registers with which a call ends for the program: behind it with EINTR, or before it.
pub(super) fn registers_after(kernel: &Kernel, tid: Tid, restart: bool) -> (u64, u64) {
    let task = kernel.state().task(tid);
    match restart {
        true => (task.position.pc.wrapping_sub(8), task.returned.rax),
        false => (task.position.pc, Errno::EINTR.to_word()),
    }
}

/// Ends an interrupted call, for a handler is called.
pub(super) fn end(kernel: &mut Kernel, tid: Tid, restart: bool) {
    let [nr, args @ ..] = kernel.state().task(tid).call;
    kernel.set_resume(tid, Resume::User);
    kernel.set_progress(tid, 0);
    kernel.charge(clock::SYSCALL_EXIT);
    let result = if restart { CALLED_AGAIN as u64 } else { Errno::EINTR.to_word() };
    if !restart {
        kernel.set_returned(tid, Returned { rax: result, rdx: 0 });
    }
    note::exit(kernel, nr, args, result);
}
