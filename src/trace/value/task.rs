//! Tasks: where they stand, what they wait for, what limits them.

use crate::base::ids::{CpuId, Ino, MmId, Pid, PidNsId, PipeId, Slot, Tid};

/// Where a task stands in its life (`ps(1)`: R, S, D, T, Z, X).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum TaskState {
    /// Being made by clone, not yet runnable: no letter in `ps`.
    #[default]
    New,
    /// Waits in the run queue of a CPU: `R`.
    Runnable(CpuId),
    /// Executes on a CPU: `R` too.
    Running(CpuId),
    /// Sleeps until something happens or a signal comes: `S`.
    Sleeping,
    /// Sleeps until something happens, deaf to signals: `D`.
    Uninterruptible,
    /// Stopped by a signal: `T`.
    Stopped,
    /// Ended, and not yet waited for: `Z`.
    Zombie,
    /// Ended and reaped: `X`.
    Dead,
}

impl TaskState {
    /// The letter of `ps(1)` and `/proc/PID/stat`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::New | Self::Runnable(_) | Self::Running(_) => 'R',
            Self::Sleeping => 'S',
            Self::Uninterruptible => 'D',
            Self::Stopped => 'T',
            Self::Zombie => 'Z',
            Self::Dead => 'X',
        }
    }

    /// The model's own word, which tells running from runnable.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Runnable(_) => "runnable",
            Self::Running(_) => "running",
            Self::Sleeping => "sleeping",
            Self::Uninterruptible => "uninterruptible",
            Self::Stopped => "stopped",
            Self::Zombie => "zombie",
            Self::Dead => "dead",
        }
    }
}

/// What a sleeping task waits for; also the name of the queue it waits in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WaitOn {
    /// Bytes in a pipe, or the end of its last writer.
    PipeData(PipeId),
    /// Room in a pipe, or the end of its last reader.
    PipeRoom(PipeId),
    /// A change of state of a child of this process.
    Child(Pid),
    /// A moment of virtual time only.
    Time,
    /// A line typed at the console.
    Console,
    /// A page of a file that comes from the disk.
    Disk(Ino, u32),
    /// One of several files to be ready; true if the console is among them.
    Poll(bool),
    /// A futex to be woken.
    Futex(FutexKey),
    /// A futex whose word names its owner, to be handed over (`FUTEX_LOCK_PI`).
    FutexPi(FutexKey),
    /// A signal: `pause(2)`, `sigsuspend(2)`, `sigtimedwait(2)`.
    Signal,
    /// The child that shares its memory to execute another program or to end (`vfork(2)`).
    Vfork(Tid),
    /// A page that comes back from the swap device.
    Swap(Slot),
    /// Some page to be written to its device.
    Writeback,
    /// Memory to become scarce: kswapd.
    Kswapd,
}

/// What names a futex: its place in the memory that the waiters share (`union futex_key`).
/// Twelve bytes, so that a [`WaitOn`] has sixteen: the upper half of the place, and in its top bit whether the memory is
/// shared, its lower half, and whose memory it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FutexKey {
    place: [u32; 2],
    owner: u32,
}

/// A futex's place, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FutexPlace {
    /// Private memory: an address space, and the address in it.
    Private(MmId, u64),
    /// Shared memory: an inode, and the byte of the file.
    Shared(Ino, u64),
}

impl FutexKey {
    /// The lowest key and the highest.
    pub const ALL: std::ops::RangeInclusive<Self> =
        Self { place: [0; 2], owner: 0 }..=Self { place: [u32::MAX; 2], owner: u32::MAX };
    /// In the upper half of a place: the memory is shared. No address and no file reaches so far.
    const SHARED: u32 = 1 << 31;

    /// A futex in private memory.
    #[must_use]
    pub const fn private(mm: MmId, address: u64) -> Self {
        Self { place: [(address >> 32) as u32 & !Self::SHARED, address as u32], owner: mm.0 }
    }

    /// A futex in a file's memory.
    #[must_use]
    pub const fn shared(ino: Ino, byte: u64) -> Self {
        Self { place: [(byte >> 32) as u32 | Self::SHARED, byte as u32], owner: ino.0 }
    }

    /// Where it is.
    #[must_use]
    pub const fn place(self) -> FutexPlace {
        let [upper, lower] = self.place;
        let at = ((upper & !Self::SHARED) as u64) << 32 | lower as u64;
        if upper & Self::SHARED == 0 {
            FutexPlace::Private(MmId(self.owner), at)
        } else {
            FutexPlace::Shared(Ino(self.owner), at)
        }
    }
}

/// What a thread does with a lock, as the library tells it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LockAct {
    /// It found it free and has it now.
    Taken,
    /// It found it held and is going to wait.
    Contended,
    /// It gives it back.
    Released,
}

/// What a sleeping task does when it runs again. Its context, saved call and progress say the rest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Resume {
    /// It was not asleep in the kernel: goes on in user mode.
    #[default]
    User,
    /// Goes on with the saved system call, from its progress on.
    Syscall,
    /// Executes the faulting instruction again.
    Fault,
    /// Goes on with what it does in the kernel: kswapd, which has no user mode.
    Kernel,
}

/// The registers of a thread that survive a trap, see `abi::op`: where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position {
    /// Address of the next instruction.
    pub pc: u64,
    /// Base of the window: the stack pointer.
    pub sp: u64,
}

/// The registers of a thread that survive a trap: what a call returned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Returned {
    /// First result word.
    pub rax: u64,
    /// Second result word.
    pub rdx: u64,
}

/// A pid namespace without its numbers (`struct pid_namespace`, `pid_namespaces(7)`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PidNamespace {
    /// The one that it was made in; that of the machine names itself.
    pub parent: PidNsId,
    /// Its process 1: it inherits the orphans, and its end is the end of all.
    pub init: Pid,
}

/// What a limit is about (`getrlimit(2)`), of those that are modelled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Resource {
    /// `RLIMIT_NPROC`: tasks of the user.
    Nproc,
    /// `RLIMIT_NOFILE`: one more than the highest descriptor.
    Nofile,
    /// `RLIMIT_STACK`: bytes of stack.
    Stack,
    /// `RLIMIT_CORE`: bytes of a core file.
    Core,
    /// `RLIMIT_SIGPENDING`: signals that may wait.
    Sigpending,
    /// `RLIMIT_AS`: bytes of all areas.
    As,
    /// `RLIMIT_DATA`: bytes of private writable areas.
    Data,
    /// `RLIMIT_MEMLOCK`: bytes that may be locked in memory.
    Memlock,
}

/// All that are modelled, in their order.
pub const RESOURCES: [Resource; 8] = [
    Resource::Nproc,
    Resource::Nofile,
    Resource::Stack,
    Resource::Core,
    Resource::Sigpending,
    Resource::As,
    Resource::Data,
    Resource::Memlock,
];

/// A limit; `u64::MAX` is none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Rlimit {
    /// What holds now.
    pub soft: u64,
    /// Up to where it can be raised.
    pub hard: u64,
}
