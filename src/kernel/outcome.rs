//! How a run ends, and what is to be told of processes that ended badly.

use crate::abi::signal::Signal;
use crate::base::ids::{Ino, Pid, Tid};
use crate::base::units::Ns;
use crate::trace::value::{Vma, WaitOn};

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// pid 1 ended with this wait status.
    Exited {
        /// Wait status.
        status: u32,
    },
    /// Nobody can run, and nothing is to come that would change it.
    /// Or some wait for each other's locks in a circle, while others still run.
    Deadlock {
        /// Every task that sleeps, and on what.
        sleepers: Vec<Sleeper>,
        /// Those who wait for each other, each for the next one and the last one for the first; may be empty.
        circle: Vec<Knot>,
    },
    /// A limit was reached.
    LimitReached(Limit),
    /// It was stopped from outside.
    Interrupted,
}

/// Which limit ended a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// So many instructions were executed.
    Steps(u64),
    /// The policy `opt` looks ahead in what a first run used, and this run used another page at this place, or none.
    Foresight(usize),
}

/// A task that sleeps at the end of a run that can not go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sleeper {
    /// Who.
    pub tid: Tid,
    /// Its process.
    pub pid: Pid,
    /// Its name.
    pub name: String,
    /// On what.
    pub on: Option<WaitOn>,
    /// The number of the system call it sleeps in.
    pub call: u16,
    /// Whom it waits for, if that can be told.
    pub knot: Option<Knot>,
    /// Where it stands.
    pub backtrace: Backtrace,
}

/// Who waits for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Knot {
    /// Who waits.
    pub tid: Tid,
    /// Its process.
    pub pid: Pid,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub backtrace: Backtrace,
    /// For what.
    pub awaited: Awaited,
    /// Who has it, or is to end.
    pub holder: Tid,
    /// The holder's name, if it still lives.
    pub holder_name: Option<String>,
}

/// What another task has to do before a waiter goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Awaited {
    /// To give back a lock of the library.
    Lock {
        /// Address of the lock's record, see `abi::lock`.
        record: u64,
        /// Address of the instruction that took it, 0 if it is not known.
        since: u64,
    },
    /// To give back a lock that the kernel hands over (`FUTEX_LOCK_PI`).
    Word {
        /// Address of its word.
        address: u64,
    },
    /// To end: its `clear_tid` word is waited for.
    End,
}

/// The instructions at which the activations of a task stand, innermost first, and the program they belong to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Backtrace {
    /// The program's inode.
    pub exe: Ino,
    /// Addresses of instructions.
    pub pcs: Vec<u64>,
}

/// Why a process was ended by a signal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Misdeed {
    /// It touched an address that it may not touch.
    Access {
        /// The address.
        address: u64,
        /// The error code of the page fault (Intel SDM vol. 3, 4.7).
        code: u8,
        /// The area that holds the address, with its first page.
        area: Option<(u64, Vma)>,
        /// The nearest area below and above, where none holds the address.
        below: Option<(u64, Vma)>,
        /// The nearest area above.
        above: Option<(u64, Vma)>,
        /// Lowest address to which the stack could have grown.
        stack_floor: u64,
    },
    /// The address was not canonical, or a jump went astray.
    Protection {
        /// The address, 0 where the processor tells none.
        address: u64,
    },
    /// It divided by zero, or the smallest number by -1.
    Divide,
    /// It executed what is no instruction.
    Illegal {
        /// The word at the pc, if it could be read.
        word: Option<u64>,
    },
    /// The stack could not take the frame of a handler.
    NoFrame {
        /// The signal that was to be handled.
        signal: Signal,
        /// The stack pointer.
        sp: u64,
    },
    /// rt_sigreturn found no frame that makes sense.
    BadFrame {
        /// Where it looked.
        frame: u64,
    },
    /// It asked for it: abort.
    Abort,
    /// The OOM killer chose it.
    OutOfMemory {
        /// Its pages of memory and tables.
        pages: u64,
        /// Frames of the machine.
        ram_frames: u32,
    },
}

/// What is to be told of a process that a fault of its own ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// When.
    pub time: Ns,
    /// The task.
    pub tid: Tid,
    /// Its process.
    pub pid: Pid,
    /// Its name.
    pub name: String,
    /// The signal that ended it.
    pub signal: Signal,
    /// Why.
    pub misdeed: Misdeed,
    /// Where.
    pub backtrace: Backtrace,
}
