//! Sending a signal, and waking who is to take it.

use crate::abi::errno::Errno;
use crate::abi::flags::{SI_KERNEL, SI_USER};
use crate::abi::signal::{DefaultAction, Signal};
use crate::abi::wait::ExitStatus;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::signal::action::{action, is_void, living};
use crate::kernel::signal::info::SigInfo;
use crate::kernel::signal::{queue, stop};
use crate::kernel::task::exit;
use crate::trace::event::{Cause, Note};
use crate::trace::value::{JobState, Resume, SignalAction, SignalSet, SignalTarget, TaskState, WaitOn};

/// Sends a signal to a process: any of its threads may take it.
pub fn send_to_process(kernel: &mut Kernel, pid: Pid, signal: Signal, info: SigInfo) {
    // Only what comes with a value can find no place, and that is sent by `send` itself.
    let _ = send(kernel, SignalTarget::Process(pid), signal, info);
}

/// Sends a signal with a value to a process: rt_sigqueueinfo(2).
///
/// # Errors
/// EAGAIN if it comes with a value and too many wait already.
pub fn queue_to_process(kernel: &mut Kernel, pid: Pid, signal: Signal, info: SigInfo) -> Result<(), Errno> {
    send(kernel, SignalTarget::Process(pid), signal, info)
}

/// Sends a signal to one task: tgkill(2), rt_tgsigqueueinfo(2).
///
/// # Errors
/// EAGAIN if it comes with a value and too many wait already.
pub fn send_to_task(kernel: &mut Kernel, tid: Tid, signal: Signal, info: SigInfo) -> Result<(), Errno> {
    send(kernel, SignalTarget::Task(tid), signal, info)
}

/// Sends a signal to all processes of a group.
pub fn send_to_group(kernel: &mut Kernel, group: Pid, signal: Signal, info: SigInfo) {
    for pid in kernel.pids() {
        if kernel.state().process(pid).group == group {
            send_to_process(kernel, pid, signal, info);
        }
    }
}

/// The current task has written to a pipe that nobody can read.
pub fn broken_pipe(kernel: &mut Kernel) {
    let info = SigInfo::current(kernel, SI_USER);
    let _ = send_to_task(kernel, kernel.current(), Signal::SIGPIPE, info);
}

/// Sends a signal (`__send_signal_locked`): a zombie takes none; what has no effect is dropped, unless it is held back,
/// as that may change before it is let through.
///
/// # Errors
/// EAGAIN if it comes with a value and too many wait already.
pub(super) fn send(kernel: &mut Kernel, target: SignalTarget, signal: Signal, info: SigInfo) -> Result<(), Errno> {
    let (pid, main) = match target {
        SignalTarget::Task(tid) => (kernel.state().task(tid).tgid, tid),
        SignalTarget::Process(pid) => (pid, Tid(pid.0)),
    };
    let SigInfo { code, pid: about, value } = info;
    kernel.note(Note::SignalSent { to: pid, signal: signal.0, code, pid: about, value });
    let ended = kernel.state().task(main).exit_status.is_some();
    let Some(other) = living(kernel, pid) else { return Ok(()) };
    let main = match target {
        SignalTarget::Task(_) if ended => return Ok(()),
        // The other threads live on when the main one has ended.
        SignalTarget::Process(_) if ended => other,
        SignalTarget::Task(_) | SignalTarget::Process(_) => main,
    };
    prepare(kernel, pid, signal);
    if is_void(kernel, main, signal) && !is_held(kernel, main, signal) {
        return Ok(());
    }
    queue::put(kernel, target, signal, info)?;
    kernel.because(Cause::Signal(pid), |kernel| wake_taker(kernel, target, signal));
    Ok(())
}

/// A stop ends the wait of what would continue, and the other way round; SIGCONT continues even if nobody takes it
/// (`prepare_signal`).
fn prepare(kernel: &mut Kernel, pid: Pid, signal: Signal) {
    match signal.default_action() {
        DefaultAction::Stop => discard_everywhere(kernel, pid, Signal::SIGCONT.bit()),
        DefaultAction::Continue => {
            discard_everywhere(kernel, pid, stop::STOPS);
            stop::continue_process(kernel, pid);
        }
        DefaultAction::Terminate | DefaultAction::Core | DefaultAction::Ignore => {}
    }
}

/// Forgets signals that wait for a process or any of its threads.
fn discard_everywhere(kernel: &mut Kernel, pid: Pid, set: u64) {
    queue::discard(kernel, SignalTarget::Process(pid), set);
    for tid in kernel.state().process(pid).threads.clone() {
        queue::discard(kernel, SignalTarget::Task(tid), set);
    }
}

/// Whether a task holds a signal back, or did so before it began to wait for it.
fn is_held(kernel: &Kernel, tid: Tid, signal: Signal) -> bool {
    let task = kernel.state().task(tid);
    let before = task.saved_mask.is_some_and(|mask| mask.has(signal));
    (task.mask.has(signal) || before) && !signal.is_unblockable()
}

/// Wakes the thread that is to take a signal: the main one if it can, else the next that can (`complete_signal`).
fn wake_taker(kernel: &mut Kernel, target: SignalTarget, signal: Signal) {
    let candidates = match target {
        SignalTarget::Task(tid) => vec![tid],
        SignalTarget::Process(pid) => kernel.state().process(pid).threads.clone(),
    };
    let Some(taker) = candidates.into_iter().find(|&tid| wants(kernel, tid, signal)) else { return };
    let task = kernel.state().task(taker);
    let (state, pid) = (task.state, task.tgid);
    match state {
        TaskState::Sleeping => kernel.wake(taker),
        TaskState::Stopped => {
            kernel.set_job(pid, JobState::Going);
            kernel.wake(taker);
        }
        TaskState::Uninterruptible if kills(kernel, taker, signal) => match task.wait_on {
            Some(WaitOn::Vfork(_)) => kernel.wake(taker),
            // What it asked for is of no use any more: it ends on its way back to user mode.
            Some(WaitOn::Disk(..) | WaitOn::Swap(_)) => {
                kernel.set_resume(taker, Resume::User);
                kernel.wake(taker);
            }
            Some(
                WaitOn::PipeData(_)
                | WaitOn::PipeRoom(_)
                | WaitOn::Child(_)
                | WaitOn::Time
                | WaitOn::Console
                | WaitOn::Futex(_)
                | WaitOn::FutexPi(_)
                | WaitOn::Signal
                | WaitOn::Writeback
                | WaitOn::Kswapd
                | WaitOn::Poll(_),
            )
            | None => {}
        },
        TaskState::New
        | TaskState::Runnable(_)
        | TaskState::Running(_)
        | TaskState::Uninterruptible
        | TaskState::Zombie
        | TaskState::Dead => {}
    }
}

/// Whether a signal ends a task and its process, without a core: it ends even one that waits for a page to be read, or for
/// the child that borrowed its memory, and that hears no other signal (`sig_fatal`, `TASK_KILLABLE`). Who waits for a page
/// to be written hears none at all.
fn kills(kernel: &Kernel, tid: Tid, signal: Signal) -> bool {
    let by_default = action(kernel, tid, signal).0 == SignalAction::Default && !is_void(kernel, tid, signal);
    signal == Signal::SIGKILL || by_default && signal.default_action() == DefaultAction::Terminate
}

/// Whether a thread would take a signal now (`wants_signal`).
fn wants(kernel: &Kernel, tid: Tid, signal: Signal) -> bool {
    let task = kernel.state().task(tid);
    if task.exit_status.is_some() {
        return false;
    }
    if signal == Signal::SIGKILL {
        return true;
    }
    // One that has another signal to take already is left alone, unless it runs.
    let others = task.pending.without(signal).0 & !task.mask.0;
    let busy = others != 0 && !matches!(task.state, TaskState::Running(_));
    (!task.mask.has(signal) || signal == Signal::SIGSTOP) && task.state != TaskState::Stopped && !busy
}

/// A thread does not take signals of its process any more, as it has ended or holds them back: others wake for them
/// (`retarget_shared_pending`).
pub fn retarget(kernel: &mut Kernel, pid: Pid) {
    let waiting = kernel.state().process(pid).pending;
    if waiting == SignalSet::default() {
        return;
    }
    for signal in (1..=64).map(Signal).filter(|&signal| waiting.has(signal)) {
        kernel.because(Cause::Signal(pid), |kernel| wake_taker(kernel, SignalTarget::Process(pid), signal));
    }
}

/// Ends a process at once with a signal, wherever its threads are: with SIGKILL if the OOM killer needs its memory now.
pub fn end_now(kernel: &mut Kernel, pid: Pid, signal: Signal) {
    kernel.note(Note::SignalSent { to: pid, signal: signal.0, code: SI_KERNEL, pid: Pid(0), value: 0 });
    exit::exit_group(kernel, pid, status_of(signal));
}

// Linux: a core is dumped if RLIMIT_CORE allows. Here: never, because the trace shows more than a core would; so the
// core bit is 0, as under `ulimit -c 0`.
pub(super) fn status_of(signal: Signal) -> u32 {
    ExitStatus::Signaled { signal, core: false }.to_raw()
}
