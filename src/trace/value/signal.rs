//! Signals: sets, actions, queues, and job control.

use crate::abi::signal::Signal;
use crate::base::ids::{Pid, Tid};

/// A set of signals, bit n-1 for signal n (`sigset_t`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct SignalSet(pub u64);

impl SignalSet {
    /// Whether a signal is in it.
    #[must_use]
    pub const fn has(self, signal: Signal) -> bool {
        self.0 >> (signal.0 - 1) & 1 == 1
    }

    /// The set with a signal more.
    #[must_use]
    pub const fn with(self, signal: Signal) -> Self {
        Self(self.0 | 1 << (signal.0 - 1))
    }

    /// The set with a signal less.
    #[must_use]
    pub const fn without(self, signal: Signal) -> Self {
        Self(self.0 & !(1 << (signal.0 - 1)))
    }
}

/// What is done when a signal comes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum SignalAction {
    /// `SIG_DFL`.
    #[default]
    Default,
    /// `SIG_IGN`.
    Ignore,
    /// The function at this address is called.
    Handler(u64),
}

/// What a signal that was taken does, without a handler.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SignalEffect {
    /// It ends the process.
    Ends,
    /// It stops the process.
    Stops,
    /// Nothing: it is ignored, or has no effect by default.
    Nothing,
}

/// How a handler is called: the rest of `struct sigaction`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ActionDetails {
    /// Signals that are held back meanwhile.
    pub mask: SignalSet,
    /// `SA_` flags.
    pub flags: u32,
    /// Where the handler returns to: the library's function that calls `rt_sigreturn(2)`.
    pub restorer: u32,
}

/// An alternate signal stack (`stack_t`); none if the size is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct AltStack {
    /// Its lowest address.
    pub base: u64,
    /// Its size in bytes.
    pub size: u32,
    /// `SS_` flags.
    pub flags: u32,
}

/// For whom a signal waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SignalTarget {
    /// One task.
    Task(Tid),
    /// Any thread of a process.
    Process(Pid),
}

/// What is told of a signal (`siginfo_t`, in short).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QueuedSignal {
    /// `si_addr`, `si_value`, or a child's status: as the signal and the code say.
    pub value: u64,
    /// `si_pid`: the sender, or the child.
    pub pid: Pid,
    /// `si_code`.
    pub code: i16,
    /// The signal's number.
    pub signal: u8,
}

/// Where a process stands in the control of jobs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum JobState {
    /// It runs, or sleeps, or is over.
    #[default]
    Going,
    /// A signal has stopped it.
    Stopped {
        /// Which.
        signal: u8,
        /// Whether its parent has waited for that already.
        told: bool,
    },
    /// SIGCONT has made it go on, and its parent has not waited for that yet.
    Continued,
}
