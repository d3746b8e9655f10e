//! Why a signal is sent: `siginfo_t`, short in the state and long in the program's memory.

use crate::abi::flags::{CLD_CONTINUED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, SI_KERNEL, SI_TKILL, SI_USER};
use crate::abi::layout::{Siginfo, SiginfoFields};
use crate::abi::signal::Signal;
use crate::abi::wait::ExitStatus;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::trace::value::QueuedSignal;

/// Why a signal is sent (`siginfo_t`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SigInfo {
    /// `si_code`.
    pub code: i32,
    /// The sender, or the child it is about.
    pub pid: Pid,
    /// A child's wait status, the address of a fault, the value that was sent with it, or the sender's user: as signal
    /// and code say.
    pub value: u64,
}

impl SigInfo {
    /// Sent by the kernel itself.
    pub const KERNEL: Self = Self { code: SI_KERNEL, pid: Pid(0), value: 0 };

    /// Sent by the current process, with this code.
    #[must_use]
    pub fn current(kernel: &Kernel, code: i32) -> Self {
        let pid = kernel.current_pid();
        Self { code, pid, value: kernel.state().process(pid).uid.into() }
    }

    /// About a child that changed its state, with a wait status.
    #[must_use]
    pub fn child(pid: Pid, status: u32) -> Self {
        let code = match ExitStatus::from_raw(status) {
            Some(ExitStatus::Exited(_)) | None => CLD_EXITED,
            Some(ExitStatus::Signaled { .. }) => CLD_KILLED,
            Some(ExitStatus::Stopped(_)) => CLD_STOPPED,
            Some(ExitStatus::Continued) => CLD_CONTINUED,
        };
        Self { code, pid, value: status.into() }
    }

    /// As it waits in a queue.
    pub(super) fn queued(self, signal: Signal) -> QueuedSignal {
        QueuedSignal { value: self.value, pid: self.pid, code: self.code as i16, signal: signal.0 }
    }
}

/// What a program is told of a signal that was taken.
#[must_use]
pub fn siginfo(kernel: &Kernel, queued: QueuedSignal) -> Siginfo {
    let signal = Signal(queued.signal);
    // Linux: si_pid is what the sender was called when it sent. Here: what it is called now, and 0 if it is gone from a pid
    // namespace, because that is looked up when the signal is taken.
    let (code, pid, number) = (i32::from(queued.code), queued.pid, kernel.pid_vnr(queued.pid));
    let is_child = signal == Signal::SIGCHLD && code > SI_USER && code != SI_KERNEL;
    let is_fault = matches!(signal, Signal::SIGSEGV | Signal::SIGBUS | Signal::SIGFPE | Signal::SIGILL);
    let fields = match code {
        SI_USER | SI_TKILL => SiginfoFields::Sender { pid: number as i32, uid: queued.value as u32 },
        // Linux: si_uid is the sender's. Here: 0, because a queued signal has room for one value.
        ..SI_USER => SiginfoFields::Queued { pid: number as i32, uid: 0, value: queued.value },
        _ if is_child => return child_siginfo(kernel, pid, queued.value as u32),
        _ if is_fault => SiginfoFields::Fault { addr: queued.value },
        _ => SiginfoFields::None,
    };
    Siginfo { signal: Some(signal), code, fields }
}

/// What a parent is told of a child with this wait status, which may be gone already.
#[must_use]
pub fn child_siginfo(kernel: &Kernel, child: Pid, status: u32) -> Siginfo {
    const NS_PER_TICK: u64 = 10_000_000;
    let counters = kernel.accounting().process(child);
    let code = match ExitStatus::from_raw(status) {
        Some(ExitStatus::Exited(code)) => i32::from(code),
        Some(ExitStatus::Signaled { signal, .. } | ExitStatus::Stopped(signal)) => i32::from(signal.0),
        Some(ExitStatus::Continued) => i32::from(Signal::SIGCONT.0),
        None => 0,
    };
    let uid = kernel.state().processes.get(&child).map_or(0, |process| process.uid);
    let (utime, stime) = ((counters.utime / NS_PER_TICK) as i64, (counters.stime / NS_PER_TICK) as i64);
    Siginfo {
        signal: Some(Signal::SIGCHLD),
        code: SigInfo::child(child, status).code,
        fields: SiginfoFields::Child { pid: kernel.pid_vnr(child) as i32, uid, status: code, utime, stime },
    }
}
