//! The real-time interval timer of a process: alarm(2) and setitimer(2).

use crate::abi::signal::Signal;
use crate::base::ids::Pid;
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::signal::info::SigInfo;
use crate::kernel::signal::send::send_to_process;
use crate::trace::event::Cause;
use crate::trace::value::SignalTarget;

/// Nanoseconds until a process gets SIGALRM, 0 for never; and how long after that the next one comes.
#[must_use]
pub fn remaining(kernel: &Kernel, pid: Pid) -> (u64, u64) {
    let process = kernel.state().process(pid);
    // One that is due already and has not rung counts as about to.
    let left = process.alarm.map_or(0, |at| at.0.saturating_sub(kernel.now().0).max(1));
    (left, process.alarm_interval.0)
}

/// Has SIGALRM sent to a process after so many nanoseconds (0: not), and then again at intervals (0: not).
pub fn set_timer(kernel: &mut Kernel, pid: Pid, after: u64, interval: u64) {
    let at = Ns(kernel.now().0.saturating_add(after));
    kernel.set_alarm(pid, (after > 0 && at < Ns::NEVER).then_some(at));
    kernel.set_alarm_interval(pid, Ns(interval));
}

/// Sends SIGALRM to whom it is due; tells whether it was to anyone.
pub fn fire_alarms(kernel: &mut Kernel) -> bool {
    let mut fired = false;
    while let Some(&(at, pid)) = kernel.state().alarms.first()
        && at <= kernel.now()
    {
        fired = true;
        kernel.because(Cause::Alarm(pid), |kernel| {
            kernel.set_alarm(pid, None);
            send_to_process(kernel, pid, Signal::SIGALRM, SigInfo::KERNEL);
        });
    }
    fired
}

/// A signal was taken: if it is SIGALRM the next one is set now, so that nobody who does not take them is flooded
/// (`posixtimer_rearm_itimer`).
// Linux: the next one comes a whole number of intervals after the last one was due. Here: an interval after it was taken,
// because when it was due is not kept.
pub(super) fn taken(kernel: &mut Kernel, target: SignalTarget, signal: Signal) {
    if signal != Signal::SIGALRM {
        return;
    }
    let pid = match target {
        SignalTarget::Task(tid) => kernel.state().task(tid).tgid,
        SignalTarget::Process(pid) => pid,
    };
    let interval = kernel.state().process(pid).alarm_interval.0;
    if kernel.state().process(pid).alarm.is_none() && interval > 0 {
        set_timer(kernel, pid, interval, interval);
    }
}
