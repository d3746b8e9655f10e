//! Signals: sending, and what they do to a process on its way back to user mode.
//!
//! What a script can not have yet, a handler of its own, is refused where it asks for it (rt_sigaction).

use crate::abi::flags::{CLD_EXITED, CLD_KILLED, SI_USER};
use crate::abi::signal::{DefaultAction, Signal};
use crate::abi::wait::ExitStatus;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::outcome::{Misdeed, Report};
use crate::kernel::task::backtrace::backtrace;
use crate::kernel::task::exit::{self, INIT};
use crate::trace::event::Note;
use crate::trace::value::{SignalAction, TaskState};

/// Why a signal is sent (`siginfo_t`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SigInfo {
    /// `si_code`.
    pub code: i32,
    /// The sender, or the child it is about.
    pub pid: Pid,
    /// A child's exit status.
    pub status: u32,
}

impl SigInfo {
    /// Sent by kill(2).
    #[must_use]
    pub const fn user(pid: Pid) -> Self {
        Self { code: SI_USER, pid, status: 0 }
    }

    /// About a child that ended with a wait status.
    #[must_use]
    pub const fn child(pid: Pid, status: u32) -> Self {
        let code = if status & 0x7f == 0 { CLD_EXITED } else { CLD_KILLED };
        Self { code, pid, status }
    }
}

/// Whether a process does nothing on a signal because it said so (`SIG_IGN`).
#[must_use]
pub fn ignores(kernel: &Kernel, pid: Pid, signal: Signal) -> bool {
    action(kernel, pid, signal) == SignalAction::Ignore
}

fn action(kernel: &Kernel, pid: Pid, signal: Signal) -> SignalAction {
    let state = kernel.state();
    let leader = state.process(pid).threads.first().map(|&tid| state.task(tid));
    let sighand = leader.and_then(|task| task.sighand);
    sighand.map_or(SignalAction::Default, |id| state.sighand(id).actions[usize::from(signal.0) - 1])
}

/// Whether a signal would do nothing to a process now: ignored, or by default without effect. To init nothing is
/// fatal that it did not ask for (`SIGNAL_UNKILLABLE`).
// Linux: SIGSTOP and its kin stop a process until SIGCONT. Here: they end it, because no task can be stopped yet.
fn is_void(kernel: &Kernel, pid: Pid, signal: Signal) -> bool {
    match action(kernel, pid, signal) {
        SignalAction::Ignore => true,
        SignalAction::Handler(_) => false,
        SignalAction::Default => {
            pid == INIT || matches!(signal.default_action(), DefaultAction::Ignore | DefaultAction::Continue)
        }
    }
}

/// Sends a signal to a process: any of its threads may take it. A zombie takes none; what has no effect is dropped,
/// unless all threads hold it back.
pub fn send_to_process(kernel: &mut Kernel, pid: Pid, signal: Signal, info: SigInfo) {
    kernel.note(Note::SignalSent { to: pid, signal: signal.0, code: info.code });
    let threads = kernel.state().process(pid).threads.clone();
    let held = threads.iter().all(|&tid| kernel.state().task(tid).mask.has(signal)) && !signal.is_unblockable();
    let alive = |tid: &&Tid| kernel.state().task(**tid).exit_status.is_none();
    let Some(&taker) = threads.iter().find(alive) else { return };
    if is_void(kernel, pid, signal) && !held {
        return;
    }
    let pending = kernel.state().process(pid).pending.with(signal);
    kernel.set_shared_pending(pid, pending);
    if !held && kernel.state().task(taker).state == TaskState::Sleeping {
        kernel.wake(taker);
    }
}

/// Sends a signal to one task: tgkill(2).
pub fn send_to_task(kernel: &mut Kernel, tid: Tid, signal: Signal, info: SigInfo) {
    let pid = kernel.state().task(tid).tgid;
    kernel.note(Note::SignalSent { to: pid, signal: signal.0, code: info.code });
    let task = kernel.state().task(tid);
    let held = task.mask.has(signal) && !signal.is_unblockable();
    if task.exit_status.is_some() || is_void(kernel, pid, signal) && !held {
        return;
    }
    let (pending, state) = (task.pending.with(signal), task.state);
    kernel.set_pending(tid, pending);
    if !held && state == TaskState::Sleeping {
        kernel.wake(tid);
    }
}

/// Whether a signal waits that the current task would take now.
#[must_use]
pub fn is_pending(kernel: &Kernel, tid: Tid) -> bool {
    next_pending(kernel, tid).is_some()
}

fn next_pending(kernel: &Kernel, tid: Tid) -> Option<Signal> {
    let task = kernel.state().task(tid);
    let open = (task.pending.0 | kernel.state().process(task.tgid).pending.0)
        & (!task.mask.0 | Signal::SIGKILL.bit() | Signal::SIGSTOP.bit());
    // Linux: of the signals that wait, faults of the task itself go first, then the lowest number. Here: the lowest
    // number, because faults never wait.
    Signal::from_word(u64::from(open.trailing_zeros()) + 1)
}

/// The current task takes the signals that wait for it, on its way back to user mode.
pub fn deliver(kernel: &mut Kernel) {
    let tid = kernel.current();
    while kernel.state().task(tid).exit_status.is_none()
        && let Some(signal) = next_pending(kernel, tid)
    {
        let pid = kernel.state().task(tid).tgid;
        let (own, shared) = (kernel.state().task(tid).pending, kernel.state().process(pid).pending);
        kernel.set_pending(tid, own.without(signal));
        kernel.set_shared_pending(pid, shared.without(signal));
        let fatal = !is_void(kernel, pid, signal);
        kernel.note(Note::SignalTaken { signal: signal.0, fatal });
        if fatal {
            if signal == Signal::SIGABRT {
                report(kernel, tid, signal, Misdeed::Abort);
            }
            exit::exit_group(kernel, pid, status_of(signal));
        }
    }
}

/// A fault of the current task's own ends its process: such a signal can be neither ignored nor held back.
pub fn force(kernel: &mut Kernel, signal: Signal, code: i32, misdeed: Misdeed) {
    let tid = kernel.current();
    let pid = kernel.state().task(tid).tgid;
    kernel.note(Note::SignalSent { to: pid, signal: signal.0, code });
    kernel.note(Note::SignalTaken { signal: signal.0, fatal: true });
    report(kernel, tid, signal, misdeed);
    exit::exit_group(kernel, pid, status_of(signal));
}

/// Ends a process at once with SIGKILL, wherever its threads are: the OOM killer needs its memory now.
pub fn kill_now(kernel: &mut Kernel, pid: Pid) {
    kernel.note(Note::SignalSent { to: pid, signal: Signal::SIGKILL.0, code: crate::abi::flags::SI_KERNEL });
    exit::exit_group(kernel, pid, status_of(Signal::SIGKILL));
}

/// Keeps what is to be told of a task that a signal ends.
pub fn report(kernel: &mut Kernel, tid: Tid, signal: Signal, misdeed: Misdeed) {
    let task = kernel.state().task(tid);
    let report = Report {
        time: kernel.now(),
        tid,
        pid: task.tgid,
        name: task.name(),
        signal,
        misdeed,
        backtrace: backtrace(kernel.state(), tid),
    };
    kernel.reports.push(report);
}

// Linux: a core is dumped if RLIMIT_CORE allows. Here: never, because the trace shows more than a core would; so the
// core bit is 0, as under `ulimit -c 0`.
fn status_of(signal: Signal) -> u32 {
    ExitStatus::Signaled { signal, core: false }.to_raw()
}
