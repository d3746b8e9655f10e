//! Stopping and continuing: SIGSTOP and its kin, SIGCONT, and what the parent hears of it.

use crate::abi::flags::SaFlags;
use crate::abi::signal::Signal;
use crate::abi::wait::ExitStatus;
use crate::base::ids::{Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::signal::action::has_flag;
use crate::kernel::signal::info::SigInfo;
use crate::kernel::signal::send::send_to_process;
use crate::kernel::state::Process;
use crate::trace::event::Cause;
use crate::trace::value::{JobState, TaskState, WaitOn};

/// The signals that stop a process.
pub(super) const STOPS: u64 =
    Signal::SIGSTOP.bit() | Signal::SIGTSTP.bit() | Signal::SIGTTIN.bit() | Signal::SIGTTOU.bit();

/// Whether the threads of a process have to stop.
pub(super) const fn is_stopped(process: &Process) -> bool {
    matches!(process.job, JobState::Stopped { .. })
}

/// A process stops by a signal: its threads that sleep at once, the others before they are in user mode again.
pub(super) fn stop_process(kernel: &mut Kernel, pid: Pid, signal: Signal) {
    kernel.set_job(pid, JobState::Stopped { signal: signal.0, told: false });
    for tid in kernel.state().process(pid).threads.clone() {
        if kernel.state().task(tid).state == TaskState::Sleeping {
            kernel.stop_waiting(tid);
            kernel.set_state(tid, TaskState::Stopped);
        }
    }
    tell_parent(kernel, pid, ExitStatus::Stopped(signal));
}

/// The current task stops: its call, if it is in one, goes on when it does.
pub(super) fn stop_task(kernel: &mut Kernel, tid: Tid) {
    kernel.set_state(tid, TaskState::Stopped);
}

/// SIGCONT was sent: a process that is stopped goes on.
pub(super) fn continue_process(kernel: &mut Kernel, pid: Pid) {
    if !is_stopped(kernel.state().process(pid)) {
        return;
    }
    kernel.set_job(pid, JobState::Continued);
    kernel.because(Cause::Signal(pid), |kernel| {
        for tid in kernel.state().process(pid).threads.clone() {
            if kernel.state().task(tid).state == TaskState::Stopped {
                kernel.wake(tid);
            }
        }
    });
    tell_parent(kernel, pid, ExitStatus::Continued);
}

/// A parent is told that a child stopped or goes on (`do_notify_parent_cldstop`).
fn tell_parent(kernel: &mut Kernel, pid: Pid, status: ExitStatus) {
    let parent = kernel.state().process(pid).parent;
    if parent == Pid(0) {
        return;
    }
    let mut cause = Cause::Signal(pid);
    if !has_flag(kernel, parent, Signal::SIGCHLD, SaFlags::SA_NOCLDSTOP) {
        let info = SigInfo::child(pid, status.to_raw());
        kernel.because(cause, |kernel| send_to_process(kernel, parent, Signal::SIGCHLD, info));
        cause = Cause::Signal(parent);
    }
    kernel.because(cause, |kernel| kernel.wake_all(WaitOn::Child(parent)));
}
