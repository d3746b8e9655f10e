//! The values that a change carries: the words of the state that is traced.
//!
//! Plain data of at most 16 bytes each, so that an event holds an old and a new one.

use crate::abi::signal::Signal;
use crate::base::ids::{CpuId, FileId, Frame, Ino, MmId, Pid, PidNsId, PipeId, Tid};

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

/// The processor's privilege: ring 3 or ring 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Mode {
    /// Ring 0.
    #[default]
    Kernel,
    /// Ring 3.
    User,
}

/// What CR3 holds: the frame of the top table, and the PCID that tags TLB entries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cr3 {
    /// The frame of the top table (PML4); frame 0 is the kernel's own table, which maps no user page.
    pub table: Frame,
    /// Process-context identifier, 1 to 4095; 0 for the kernel's own table.
    pub pcid: u16,
}

/// An entry of the TLB; the default one is invalid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TlbEntry {
    /// Virtual page number (36 bits) in bits 0..36, PCID in bits 36..48, bit 63 valid.
    pub tag: u64,
    /// The frame.
    pub frame: Frame,
    /// `TLB_W` and its kin.
    pub flags: u8,
}

/// The page may be written (all levels agree).
pub const TLB_W: u8 = 1;
/// The page may be touched in user mode.
pub const TLB_U: u8 = 2;
/// The dirty bit of the PTE is set: a write needs no walk.
pub const TLB_D: u8 = 4;
/// The page may not be executed.
pub const TLB_NX: u8 = 8;

impl TlbEntry {
    /// The tag of a page in an address space.
    #[must_use]
    pub const fn tag_of(vpn: u64, pcid: u16) -> u64 {
        1 << 63 | (pcid as u64) << 36 | vpn
    }

    /// Whether it holds a translation.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.tag >> 63 == 1
    }

    /// The virtual page number.
    #[must_use]
    pub const fn vpn(self) -> u64 {
        self.tag & ((1 << 36) - 1)
    }

    /// The address space.
    #[must_use]
    pub const fn pcid(self) -> u16 {
        (self.tag >> 36 & 0xfff) as u16
    }
}

/// What a frame is used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FrameKind {
    /// A page table; owner is its address space, index its level (4 is the top).
    Table,
    /// Private memory of processes: heap, stack, written copies. Owner is the address space that asked for it, index the
    /// low 32 bits of the page that it was asked for.
    Anon,
    /// A page of a file in the page cache; owner is the inode, index the page of the file.
    File,
    /// A page of shared anonymous memory or tmpfs; owner is the inode, index the page.
    Shmem,
    /// The one page of zeros that all reads of untouched memory share.
    Zero,
    /// A page slot of a pipe; owner is the pipe.
    Pipe,
    /// The kernel's own, never freed.
    Kernel,
}

impl FrameKind {
    /// Its name in a view.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Anon => "anon",
            Self::File => "file",
            Self::Shmem => "shmem",
            Self::Zero => "zero",
            Self::Pipe => "pipe",
            Self::Kernel => "kernel",
        }
    }
}

/// Why a frame is in use, and for whom. How often it is mapped is derived from the page tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FrameUse {
    /// The kind.
    pub kind: FrameKind,
    /// An address space, inode or pipe, as the kind says.
    pub owner: u32,
    /// A level or page index, as the kind says.
    pub index: u32,
}

/// Which number of an address space a change is about (`struct mm_struct`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum MmField {
    /// Frame of the top table.
    Pgd,
    /// First byte of the text.
    StartCode,
    /// First byte after the text.
    EndCode,
    /// First byte of the data.
    StartData,
    /// First byte after the data.
    EndData,
    /// Start of the heap.
    StartBrk,
    /// End of the heap: what `brk(2)` moves.
    Brk,
    /// The stack pointer at the start of the program.
    StartStack,
    /// First byte of the argument strings.
    ArgStart,
    /// First byte after the argument strings.
    ArgEnd,
    /// First byte of the environment strings.
    EnvStart,
    /// First byte after the environment strings.
    EnvEnd,
    /// Inode of the program that runs in it (`/proc/PID/exe`).
    Exe,
}

/// How many [`MmField`]s there are.
pub const MM_FIELDS: usize = MmField::Exe as usize + 1;

/// A virtual memory area without its start: `struct vm_area_struct`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Vma {
    /// Length in pages; never 0.
    pub pages: u32,
    /// Page of the file at the start of the area; 0 for private anonymous memory.
    pub file_page: u32,
    /// The file; 0 for private anonymous memory. Shared anonymous memory has an inode of its own.
    pub ino: Ino,
    /// Permissions and kind.
    pub flags: VmaFlags,
}

bitflags::bitflags! {
    /// What may be done with an area, and what it is (`VM_READ` and its kin).
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct VmaFlags: u16 {
        /// May be read.
        const READ = 1;
        /// May be written.
        const WRITE = 2;
        /// May be executed.
        const EXEC = 4;
        /// Writes are seen by others (`MAP_SHARED`).
        const SHARED = 8;
        /// Grows downwards: the stack (`VM_GROWSDOWN`).
        const GROWSDOWN = 16;
        /// Part of the heap: for its name in `/proc/PID/maps`.
        const HEAP = 32;
        /// The inode is anonymous shared memory, without a name of its own.
        const ANON_SHARED = 64;
        /// The file of a shared area was opened for reading only: `mprotect` may not make the area writable
        /// (`VM_MAYWRITE` is clear).
        const NEVER_WRITE = 128;
    }
}

/// An entry of a table of descriptors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Descriptor {
    /// The open file description.
    pub file: FileId,
    /// Closed by exec (`FD_CLOEXEC`).
    pub cloexec: bool,
}

/// What an open file description is made of, but for its offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpenFile {
    /// The file.
    pub ino: Ino,
    /// Access mode and status flags of `open(2)`.
    pub flags: u32,
}

/// What an inode is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum InodeKind {
    /// A directory.
    Directory,
    /// A regular file whose pages come from the disk.
    Disk,
    /// A regular file that lives in memory only: tmpfs, and shared anonymous memory.
    Memory,
    /// The console, `/dev/console` and `/dev/tty`.
    Console,
    /// `/dev/null`.
    Null,
    /// `/dev/zero`.
    Zero,
    /// A pipe.
    Pipe(PipeId),
    /// A directory or file of `/proc`, made up when it is read.
    Proc(ProcEntry),
}

/// Which entry of `/proc` it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProcEntry {
    /// `/proc` itself.
    Root,
    /// `/proc/meminfo`.
    Meminfo,
    /// `/proc/uptime`.
    Uptime,
    /// `/proc/sys`.
    Sys,
    /// `/proc/sys/kernel`.
    SysKernel,
    /// `/proc/sys/kernel/pid_max`.
    PidMax,
    /// `/proc/sys/kernel/ns_last_pid`.
    NsLastPid,
    /// `/proc/PID`.
    Process(Pid),
    /// A file of `/proc/PID`.
    File(Pid, ProcFile),
    /// `/proc/PID/task`.
    Tasks(Pid),
    /// `/proc/PID/task/TID`.
    Task(Pid, Tid),
    /// A file of `/proc/PID/task/TID`.
    TaskFile(Pid, Tid, ProcFile),
    /// `/proc/PID/fd`.
    Fds(Pid),
    /// `/proc/PID/fd/N`.
    Fd(Pid, u32),
}

impl ProcEntry {
    /// Its absolute path.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Root => "/proc".to_owned(),
            Self::Meminfo => "/proc/meminfo".to_owned(),
            Self::Uptime => "/proc/uptime".to_owned(),
            Self::Sys => "/proc/sys".to_owned(),
            Self::SysKernel => "/proc/sys/kernel".to_owned(),
            Self::PidMax => "/proc/sys/kernel/pid_max".to_owned(),
            Self::NsLastPid => "/proc/sys/kernel/ns_last_pid".to_owned(),
            Self::Process(pid) => format!("/proc/{pid}"),
            Self::File(pid, file) => format!("/proc/{pid}/{}", file.name()),
            Self::Tasks(pid) => format!("/proc/{pid}/task"),
            Self::Task(pid, tid) => format!("/proc/{pid}/task/{tid}"),
            Self::TaskFile(pid, tid, file) => format!("/proc/{pid}/task/{tid}/{}", file.name()),
            Self::Fds(pid) => format!("/proc/{pid}/fd"),
            Self::Fd(pid, fd) => format!("/proc/{pid}/fd/{fd}"),
        }
    }
}

/// A file that each process has in `/proc`, and some that each of its threads has, too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum ProcFile {
    /// All of it on one line.
    Stat,
    /// The same for people to read.
    Status,
    /// Areas of memory.
    Maps,
    /// Arguments.
    Cmdline,
    /// Name.
    Comm,
    /// The call that it sleeps in.
    Syscall,
    /// Limits.
    Limits,
    /// Link to the program.
    Exe,
    /// Link to the working directory.
    Cwd,
}

impl ProcFile {
    /// All, in the order of a listing.
    pub const ALL: [Self; 9] = [
        Self::Status,
        Self::Limits,
        Self::Comm,
        Self::Syscall,
        Self::Cmdline,
        Self::Stat,
        Self::Maps,
        Self::Cwd,
        Self::Exe,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stat => "stat",
            Self::Status => "status",
            Self::Maps => "maps",
            Self::Cmdline => "cmdline",
            Self::Comm => "comm",
            Self::Syscall => "syscall",
            Self::Limits => "limits",
            Self::Exe => "exe",
            Self::Cwd => "cwd",
        }
    }
}

/// An inode's fixed part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Inode {
    /// What it is.
    pub kind: InodeKind,
    /// Permission bits.
    pub mode: u16,
}

/// Whose a file is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Owner {
    /// The user.
    pub uid: u32,
    /// The group of users.
    pub gid: u32,
}

/// A pid namespace without its numbers (`struct pid_namespace`, `pid_namespaces(7)`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PidNamespace {
    /// The one that it was made in; that of the machine names itself.
    pub parent: PidNsId,
    /// Its process 1: it inherits the orphans, and its end is the end of all.
    pub init: Pid,
}

/// One page slot of a pipe (`struct pipe_buffer`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PipeSlot {
    /// The frame that holds the bytes.
    pub frame: Frame,
    /// First byte not yet read.
    pub offset: u16,
    /// Bytes not yet read.
    pub len: u16,
}

/// Working directory and umask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FsContext {
    /// Working directory.
    pub cwd: Ino,
    /// File mode creation mask.
    pub umask: u16,
}

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
}

/// All that are modelled, in their order.
pub const RESOURCES: [Resource; 5] =
    [Resource::Nproc, Resource::Nofile, Resource::Stack, Resource::Core, Resource::Sigpending];

/// A limit; `u64::MAX` is none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Rlimit {
    /// What holds now.
    pub soft: u64,
    /// Up to where it can be raised.
    pub hard: u64,
}
