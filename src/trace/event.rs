//! An event: one change of state, note or choice, with its time, place and cause, in at most 64 bytes of plain data.
//!
//! The table of changes below is the contract of the whole project: the kernel can alter its state only by
//! applying one of them, a recorded run is folded and undone by applying them again, and every renderer reads them.
//! Each change names a cell of the state and holds its old and its new value.

use crate::base::ids::{
    Block, CpuId, FileId, FilesId, Frame, FsId, Ino, MmId, Pid, PidNsId, PipeId, SighandId, Slot, Tid,
};
use crate::base::units::Ns;
pub use crate::trace::category::Category;
pub use crate::trace::choice::{Choice, Question};
use crate::trace::value::{
    ActionDetails, Allocation, AltStack, Cr3, Descriptor, Device, EvictedTo, FrameFlags, FrameUse, FsContext, FutexKey,
    Inode, Io, JobState, LockAct, LruPlace, MmField, Mode, Nonresident, OpenFile, Owner, PidNamespace, PipeSlot,
    Position, QueuedSignal, Resource, Resume, Returned, Rlimit, SignalAction, SignalEffect, SignalSet, SignalTarget,
    Sysctl, TaskState, TlbEntry, TlbUse, Vma, WaitOn, WalkResult,
};

/// A run of bytes in the arena that travels with the events.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Bytes {
    /// First byte in the arena.
    pub start: u32,
    /// Number of bytes.
    pub len: u32,
}

/// Declares the changes: variant, category, key fields, type of the value.
macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident in $category:ident { $($key:ident: $key_type:ty),* } => $value:ty;)*) => {
        /// A change of one cell of the state, from an old value to a new one.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Change {
            $($(#[$doc])* $name {
                $(#[doc = "Part of the cell's name."] $key: $key_type,)*
                /// The old value.
                from: $value,
                /// The new value.
                to: $value,
            },)*
        }

        impl Change {
            /// The change that undoes this one.
            #[must_use]
            pub const fn inverse(&self) -> Self {
                match *self {
                    $(Self::$name { $($key,)* from, to } => Self::$name { $($key,)* from: to, to: from },)*
                }
            }

            /// What a filter selects it by.
            #[must_use]
            pub const fn category(&self) -> Category {
                match self {
                    $(Self::$name { .. } => Category::$category,)*
                }
            }

            /// The name of the cell's kind, as `jsonl` spells it.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($name),)*
                }
            }
        }
    };
}

changes! {
    /// A CPU's clock.
    Clock in Mode { cpu: CpuId } => Ns;
    /// A CPU enters or leaves the kernel: a mode switch.
    Mode in Mode { cpu: CpuId } => Mode;
    /// A CPU takes another address space.
    Cr3 in Sched { cpu: CpuId } => Cr3;
    /// A CPU takes another task: a context switch. 0 is the idle task.
    Current in Sched { cpu: CpuId } => Tid;
    /// An entry of a CPU's TLB.
    Tlb in Tlb { cpu: CpuId, index: u16 } => TlbEntry;
    /// A page table entry: word `index` of the table in frame `table`, at a level from 4 (top) to 1 (leaf), which
    /// translates from `page` (a virtual page number) on in address space `mm`.
    Pte in Mm { table: Frame, index: u16, level: u8, mm: MmId, page: u64 } => u64;
    /// Up to eight bytes of physical memory, at a byte offset in a frame.
    Word in Mem { frame: Frame, offset: u16, len: u8 } => u64;
    /// A run of bytes of physical memory in one frame; both values have the same length.
    Run in Mem { frame: Frame, offset: u16 } => Bytes;
    /// What a frame is used for; none if it is free.
    Frame in Mm { frame: Frame } => Option<FrameUse>;
    /// Marks of a frame.
    FrameFlags in Mm { frame: Frame } => FrameFlags;
    /// Where a frame stands in a list of those that may be evicted; none if it is in no list.
    Lru in Mm { frame: Frame } => Option<LruPlace>;
    /// How often a page was used since it came, where the replacement policy is `lfu`.
    Uses in Mm { frame: Frame } => u32;
    /// A block of a device, 4 KiB or, for zeros, nothing.
    DeviceBlock in Mem { device: Device, block: u32 } => Bytes;
    /// A slot of the swap device is in use.
    SwapSlot in Swap { slot: Slot } => bool;
    /// The frame that holds what a slot of the swap device holds, or is about to (the swap cache).
    SwapCache in Swap { slot: Slot } => Option<Frame>;
    /// The slot of the swap device where a page of a file in memory is.
    CacheSwap in Swap { ino: Ino, page: u32 } => Option<Slot>;
    /// How many pages had been evicted or become active when a page was evicted.
    Shadow in Swap { of: Nonresident } => Option<u32>;
    /// How many pages were evicted or became active so far, where the replacement policy is `two-list`; wraps.
    NonresidentAge in Swap {} => u32;
    /// A device is at work until a moment.
    Io in Fs { at: Ns, io: Io } => bool;
    /// A number that programs can set (`/proc/sys/vm`).
    Sysctl in Mm { sysctl: Sysctl } => u64;

    /// A task exists, blank but for its id.
    Task in Task { tid: Tid } => bool;
    /// The process it belongs to.
    Tgid in Task { tid: Tid } => Pid;
    /// Its state.
    TaskState in Sched { tid: Tid } => TaskState;
    /// What it sleeps on.
    WaitOn in Sched { tid: Tid } => Option<WaitOn>;
    /// What it does when it runs again.
    Resume in Sched { tid: Tid } => Resume;
    /// A word of the saved system call: 0 the number, 1 to 6 the arguments.
    SavedCall in Sched { tid: Tid, word: u8 } => u64;
    /// How far a sleeping call has come: bytes done, or a deadline; the call defines it.
    Progress in Sched { tid: Tid } => u64;
    /// Its registers: where it stands.
    Position in Mode { tid: Tid } => Position;
    /// Its registers: what was returned.
    Returned in Mode { tid: Tid } => Returned;
    /// Instructions that are left of its time slice.
    Slice in Sched { tid: Tid } => u64;
    /// Its address space.
    TaskMm in Task { tid: Tid } => Option<MmId>;
    /// Its table of descriptors.
    TaskFiles in Task { tid: Tid } => Option<FilesId>;
    /// Its working directory and umask.
    TaskFs in Task { tid: Tid } => Option<FsId>;
    /// Its signal actions.
    TaskSighand in Task { tid: Tid } => Option<SighandId>;
    /// Its name.
    Comm in Task { tid: Tid } => [u8; 16];
    /// Its thread-local storage: the base of the FS segment.
    Tls in Task { tid: Tid } => u64;
    /// Where a 0 is written, and a futex woken, when it ends; 0 for nowhere (`set_tid_address(2)`).
    ClearTid in Task { tid: Tid } => u64;
    /// Signals that wait for this task.
    Pending in Signal { tid: Tid } => SignalSet;
    /// Signals that this task holds back.
    Mask in Signal { tid: Tid } => SignalSet;
    /// The mask that comes back when a call that changed it for its duration is over (`sigsuspend(2)`).
    SavedMask in Signal { tid: Tid } => Option<SignalSet>;
    /// Its alternate signal stack.
    AltStack in Signal { tid: Tid } => AltStack;
    /// How it ended: a wait status.
    ExitStatus in Task { tid: Tid } => Option<u32>;
    /// The moment it was made.
    StartTime in Task { tid: Tid } => Ns;

    /// A process exists, blank but for its id.
    Process in Task { pid: Pid } => bool;
    /// Its parent.
    Parent in Task { pid: Pid } => Pid;
    /// A child at a place of the list of children: inserted (from 0) or taken out (to 0).
    Child in Task { pid: Pid, place: u32 } => Pid;
    /// A thread at a place of the list of threads: inserted (from 0) or taken out (to 0).
    Thread in Task { pid: Pid, place: u32 } => Tid;
    /// The wait status that all its threads end with, once the process is ending.
    GroupExit in Task { pid: Pid } => Option<u32>;
    /// Signals that wait for any of its threads.
    SharedPending in Signal { pid: Pid } => SignalSet;
    /// What is told of a signal that waits: an entry of the queue of a task or process is inserted or taken out.
    Queued in Signal { target: SignalTarget, place: u8, info: QueuedSignal } => bool;
    /// Whether it is stopped or was continued, and its parent does not know yet.
    Job in Signal { pid: Pid } => JobState;
    /// A process is to get SIGALRM at a moment.
    Alarm in Signal { at: Ns, pid: Pid } => bool;
    /// How long after an alarm the next one comes; 0 for never.
    AlarmInterval in Signal { pid: Pid } => Ns;
    /// A limit of a process.
    Rlimit in Task { pid: Pid, resource: Resource } => Rlimit;
    /// What the OOM killer adds to its badness, -1000 to 1000 (`/proc/PID/oom_score_adj`).
    OomScoreAdj in Task { pid: Pid } => i16;
    /// Its user.
    Uid in Task { pid: Pid } => u32;
    /// Its group of users.
    Gid in Task { pid: Pid } => u32;
    /// Its pid namespace.
    ProcessNs in Task { pid: Pid } => PidNsId;
    /// Signal sent to the parent when it ends, 0 for none.
    ExitSignal in Task { pid: Pid } => u8;
    /// Process group.
    Group in Task { pid: Pid } => Pid;
    /// Session.
    Session in Task { pid: Pid } => Pid;
    /// Whether orphans among its descendants become its children.
    Subreaper in Task { pid: Pid } => bool;
    /// A pid namespace.
    PidNs in Task { ns: PidNsId } => Option<PidNamespace>;
    /// The number given out last in a pid namespace.
    LastPid in Task { ns: PidNsId } => Pid;
    /// What a number means in a pid namespace other than the machine's own: a task, group or session; 0 for nothing.
    PidNumber in Task { ns: PidNsId, number: u32 } => Tid;

    /// A task at a place of a run queue: inserted (from 0) or taken out (to 0).
    Queue in Sched { cpu: CpuId, place: u32 } => Tid;
    /// A task at a place of a wait queue: inserted (from 0) or taken out (to 0).
    Waiter in Sched { on: WaitOn, place: u32 } => Tid;
    /// A page (its number plus 1; 0 for none) that a task's instruction or call has brought in and still needs.
    Pin in Mm { tid: Tid, place: u8 } => u64;
    /// How often a task's instruction or call has waited for a frame in vain.
    NoProgress in Mm { tid: Tid } => u8;
    /// A task is to be woken at a moment.
    Timer in Sched { at: Ns, tid: Tid } => bool;

    /// An address space exists, blank.
    Mm in Mm { mm: MmId } => bool;
    /// A number of an address space.
    MmField in Mm { mm: MmId, field: MmField } => u64;
    /// An area of an address space, from a page on, is there or not.
    Vma in Mm { mm: MmId, page: u64, vma: Vma } => bool;

    /// A table of descriptors exists, empty.
    Files in Fs { files: FilesId } => bool;
    /// A descriptor.
    Fd in Fs { files: FilesId, fd: u32 } => Option<Descriptor>;
    /// An open file description.
    File in Fs { file: FileId } => Option<OpenFile>;
    /// Its offset.
    Offset in Fs { file: FileId } => u64;
    /// A working directory and umask.
    Fs in Fs { fs: FsId } => Option<FsContext>;
    /// An inode.
    Inode in Fs { ino: Ino } => Option<Inode>;
    /// A file's size in bytes.
    Size in Fs { ino: Ino } => u64;
    /// A file's number of names.
    Links in Fs { ino: Ino } => u32;
    /// The directory that holds a directory.
    Above in Fs { ino: Ino } => Ino;
    /// A file's owner.
    Owner in Fs { ino: Ino } => Owner;
    /// An entry of a directory.
    Entry in Fs { dir: Ino, name: Bytes } => Option<Ino>;
    /// A page of a file in the page cache.
    CachePage in Fs { ino: Ino, page: u32 } => Option<Frame>;
    /// A page of a file is being read from the disk.
    DiskRead in Fs { ino: Ino, page: u32 } => bool;
    /// Pages that a file in memory was promised when it was made; 0 for one whose pages are promised as they come.
    Reserved in Mm { ino: Ino } => u32;
    /// The block of the disk that a page of a file was given when it was written.
    DiskBlock in Fs { ino: Ino, page: u32 } => Option<Block>;
    /// Up to which page of a file the disk holds what it held when the machine was switched on.
    DiskPages in Fs { ino: Ino } => u32;

    /// A pipe exists, empty.
    Pipe in Pipe { pipe: PipeId } => bool;
    /// A slot of a pipe's ring, counted from the oldest: inserted (from none), altered, or taken out (to none).
    PipeSlot in Pipe { pipe: PipeId, place: u8 } => Option<PipeSlot>;
    /// Slots that a pipe's ring has.
    PipeSize in Pipe { pipe: PipeId } => u16;

    /// A table of signal actions exists, all default.
    Sighand in Signal { sighand: SighandId } => bool;
    /// What is done when a signal comes.
    Action in Signal { sighand: SighandId, signal: u8 } => SignalAction;
    /// How the handler of a signal is called.
    ActionDetails in Signal { sighand: SighandId, signal: u8 } => ActionDetails;

    /// The session whose terminal the console is; 0 for none.
    ConsoleSession in Signal {} => Pid;
    /// The process group that may read the console and gets its signals; 0 for none.
    Foreground in Signal {} => Pid;

    /// Bytes typed at the console wait to be read (at the end of the queue).
    ConsoleInput in Fs { bytes: Bytes } => bool;
    /// Bytes are taken from the front of the console's queue.
    ConsoleTaken in Fs { bytes: Bytes } => bool;
    /// The console's input has ended.
    ConsoleEnd in Fs {} => bool;
}

/// How a page fault was served.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FaultResult {
    /// A fresh frame of zeros: first write to anonymous memory.
    ZeroFilled,
    /// 512 fresh frames of zeros in a row: first touch of 2 MiB for which large pages are wanted.
    Huge,
    /// The shared 512 frames of zeros: first read of 2 MiB for which large pages are wanted.
    HugeZeroPage,
    /// The shared page of zeros: first read of anonymous memory.
    ZeroPage,
    /// A shared frame was copied for the writer.
    Copied,
    /// The last owner writes: its frame is made writable, nothing is copied.
    Reused,
    /// A page of a file was in the page cache and is mapped now, with this many neighbours (fault-around).
    Mapped(u8),
    /// The page has to come from the disk or the swap device: the task sleeps, and faults again.
    Disk,
    /// The page came back from a swap device that answers at once.
    SwappedIn,
    /// The page was on its way to or from the swap device and still, or already, in a frame (the swap cache).
    SwapCache,
    /// Somebody else has asked for the page, and the device is at work: the task sleeps, and faults again.
    Underway,
    /// No frame is free at the moment: the task sleeps until pages have been written, and faults again.
    NoRoom,
    /// The tables allow it already: another task was faster, or the TLB was stale.
    Spurious,
    /// Not allowed: a signal follows.
    Signal,
    /// No frame was to be had: the OOM killer was asked.
    OutOfMemory,
}

/// The result of a call that a signal interrupted and that is called again; no program ever sees it (`ERESTARTSYS`).
pub const CALLED_AGAIN: i64 = -512;

/// Something that is told but changes no state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
    /// A system call begins. `words` is its six argument words, `text` the path or the first bytes it passes.
    SyscallEnter {
        /// Its number.
        nr: u16,
        /// Six little-endian words.
        words: Bytes,
        /// A path, or the first bytes of a buffer that is written.
        text: Bytes,
        /// What stands at the addresses that it passes: see [`crate::trace::pieces`].
        pieces: Bytes,
    },
    /// A system call ends.
    SyscallExit {
        /// Its number.
        nr: u16,
        /// What it returns, an errno negative.
        result: i64,
        /// The first bytes that it gave back.
        text: Bytes,
        /// What it stored at the addresses that were passed: see [`crate::trace::pieces`].
        pieces: Bytes,
    },
    /// A system call goes to sleep; it goes on later.
    SyscallSleeps {
        /// Its number.
        nr: u16,
    },
    /// The TLB did not hold what an access needs, and the processor walked through the tables.
    Walk {
        /// The address that was touched.
        address: u64,
        /// The frame of the table of level 4 (CR3).
        table: Frame,
        /// What the access was: `CODE_W`, `CODE_U` and `CODE_I` of a page fault's error code.
        code: u8,
        /// The entries of level 4, 3, 2 and 1 as they were read, eight bytes each, as far as the walk came.
        words: Bytes,
        /// What came of it.
        result: WalkResult,
    },
    /// A task left user mode: how it used the TLB meanwhile.
    TlbUsed {
        /// The counts.
        counts: TlbUse,
    },
    /// A page fault enters the kernel.
    Fault {
        /// The address that was touched (CR2).
        address: u64,
        /// The error code (Intel SDM vol. 3, 4.7).
        code: u8,
    },
    /// A page fault is done.
    FaultDone {
        /// The address that was touched.
        address: u64,
        /// How it was served.
        result: FaultResult,
        /// The frame that is mapped now; 0 if none is.
        frame: Frame,
        /// The frame that was copied; 0 if none was.
        source: Frame,
        /// Counted as a major fault: it had to wait for a device.
        major: bool,
    },
    /// The timer interrupts a task whose slice is over.
    Tick,
    /// A trap other than a fault or a call: divide error, illegal instruction.
    Exception {
        /// The vector (Intel SDM vol. 3, 6.3.1): 0 divide, 6 illegal, 13 protection.
        vector: u8,
    },
    /// clone made a task.
    Cloned {
        /// The new task.
        child: Tid,
        /// `CLONE_` flags without the exit signal.
        flags: u64,
        /// Leaf entries copied from the parent's tables.
        ptes: u32,
        /// Tables made for the child.
        tables: u32,
    },
    /// exec replaced the program.
    Executed {
        /// The path.
        path: Bytes,
        /// The arguments, each followed by a NUL.
        argv: Bytes,
        /// The inode.
        ino: Ino,
    },
    /// A task ends.
    Exited {
        /// Wait status.
        status: u32,
    },
    /// A zombie was waited for and is gone.
    Reaped {
        /// Which.
        pid: Pid,
        /// Its wait status.
        status: u32,
    },
    /// A signal was sent.
    SignalSent {
        /// To this process.
        to: Pid,
        /// The signal's number.
        signal: u8,
        /// `si_code`.
        code: i32,
        /// `si_pid`: the sender, or the child that it is about; 0 for none.
        pid: Pid,
        /// `si_addr`, `si_value`, the sender's user or a child's status, as signal and code say.
        value: u64,
    },
    /// A signal takes effect.
    SignalTaken {
        /// The signal's number.
        signal: u8,
        /// What it does.
        effect: SignalEffect,
    },
    /// A handler of the program is called, with a frame on the user stack.
    HandlerCalled {
        /// The signal's number.
        signal: u8,
        /// Address of the handler.
        handler: u64,
        /// Address of the frame.
        frame: u64,
    },
    /// A handler has returned: the task goes on as its frame says.
    HandlerDone {
        /// Address of the frame.
        frame: u64,
    },
    /// A thread deals with a lock of the library; no change of state, and no system call, goes with it.
    Lock {
        /// Address of the lock's record, see `abi::lock`.
        record: u64,
        /// What it does.
        act: LockAct,
    },
    /// A page was evicted: all table entries that named its frame are gone.
    Evicted {
        /// The frame; it is free now, or when its content has been written.
        frame: Frame,
        /// What it held.
        usage: FrameUse,
        /// Where that is now.
        to: EvictedTo,
    },
    /// Pages were looked through for some to evict.
    Reclaimed {
        /// How many frames were wanted.
        wanted: u32,
        /// Pages that were looked at.
        scanned: u32,
        /// Pages that were freed.
        freed: u32,
        /// Pages that are being written, to be freed then.
        writing: u32,
    },
    /// The OOM killer chose a process.
    OomKill {
        /// Which.
        pid: Pid,
        /// Its badness: pages of memory and tables.
        pages: u64,
    },
    /// An allocation fails because that was asked for.
    AllocationFails {
        /// Its sort.
        allocation: Allocation,
        /// How many of the sort were made, this one included.
        nth: u64,
    },
    /// A fault for which a large page is wanted gets a small one.
    NoLargePage {
        /// Where.
        page: u64,
    },
    /// Bytes reach the console.
    Print {
        /// 2 for standard error, else 1.
        stream: u8,
        /// The bytes.
        text: Bytes,
    },
    /// A line of the script's own.
    Mark {
        /// The label.
        text: Bytes,
    },
}

impl Note {
    /// What a filter selects it by.
    #[must_use]
    pub const fn category(&self) -> Category {
        match self {
            Self::SyscallEnter { .. } | Self::SyscallExit { .. } | Self::SyscallSleeps { .. } => Category::Syscall,
            Self::Fault { .. }
            | Self::FaultDone { .. }
            | Self::OomKill { .. }
            | Self::AllocationFails { .. }
            | Self::NoLargePage { .. } => Category::Mm,
            Self::Walk { .. } | Self::TlbUsed { .. } => Category::Tlb,
            Self::Evicted { .. } | Self::Reclaimed { .. } => Category::Swap,
            Self::Tick | Self::Exception { .. } => Category::Mode,
            Self::Cloned { .. } | Self::Executed { .. } | Self::Exited { .. } | Self::Reaped { .. } => Category::Task,
            Self::SignalSent { .. }
            | Self::SignalTaken { .. }
            | Self::HandlerCalled { .. }
            | Self::HandlerDone { .. } => Category::Signal,
            Self::Lock { .. } => Category::Sync,
            Self::Print { .. } | Self::Mark { .. } => Category::User,
        }
    }
}

/// What an event tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The state changed.
    Change(Change),
    /// Something happened.
    Note(Note),
    /// The oracle chose.
    Choice(Choice),
}

impl What {
    /// What a filter selects it by.
    #[must_use]
    pub const fn category(&self) -> Category {
        match self {
            Self::Change(change) => change.category(),
            Self::Note(note) => note.category(),
            Self::Choice(_) => Category::Sched,
        }
    }
}

impl What {
    /// Shows all places of its bytes in the arena, to be changed.
    pub fn each_bytes(&mut self, mut act: impl FnMut(&mut Bytes)) {
        match self {
            Self::Change(Change::Run { from, to, .. } | Change::DeviceBlock { from, to, .. }) => {
                [from, to].into_iter().for_each(act);
            }
            Self::Change(Change::Entry { name, .. }) => act(name),
            Self::Change(Change::ConsoleInput { bytes, .. } | Change::ConsoleTaken { bytes, .. }) => act(bytes),
            Self::Note(Note::SyscallEnter { words, text, pieces, .. }) => {
                [words, text, pieces].into_iter().for_each(act);
            }
            Self::Note(Note::SyscallExit { text, pieces, .. }) => [text, pieces].into_iter().for_each(act),
            Self::Note(Note::Print { text, .. } | Note::Mark { text }) => act(text),
            Self::Note(Note::Walk { words, .. }) => act(words),
            Self::Note(Note::Executed { path, argv, .. }) => [path, argv].into_iter().for_each(act),
            Self::Change(_) | Self::Note(_) | Self::Choice(_) => {}
        }
    }

    /// Moves the places of its bytes in the arena by so many bytes.
    pub fn shift_bytes(&mut self, by: u32) {
        self.each_bytes(|bytes| bytes.start += by);
    }
}

/// The kind of thing that made an event happen, and which one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Cause {
    /// The machine is being set up.
    #[default]
    Boot,
    /// What the running program does.
    Program,
    /// The system call that the task is in.
    Call(Tid),
    /// The fault that the task is in.
    Fault(Tid),
    /// The end of a time slice.
    Tick(CpuId),
    /// A timer ran out.
    Timer(Tid),
    /// A pipe got data, room, or lost an end.
    Pipe(PipeId),
    /// A process ended or changed state.
    Process(Pid),
    /// A signal.
    Signal(Pid),
    /// The alarm of a process rang.
    Alarm(Pid),
    /// A futex: who woke its waiters.
    Futex(FutexKey),
    /// The disk answered.
    Disk(Ino),
    /// The swap device answered, or a page is on its way there.
    Swap(Slot),
    /// Memory is scarce: kswapd was woken.
    Kswapd,
    /// A line was typed.
    Console,
    /// Nothing else could run.
    Idle(CpuId),
}

/// One entry of the trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// What happened.
    pub what: What,
    /// Virtual time on the CPU it happened on.
    pub time: Ns,
    /// The task on whose behalf it happened; 0 for none.
    pub task: Tid,
    /// The number of the event that caused it plus 1; 0 if there is none or it was not seen.
    pub because: u32,
    /// Address of the user instruction it happened at, 0 if none; a wild one is cut to 32 bits.
    pub pc: u32,
    /// The CPU.
    pub cpu: CpuId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_at_most_64_bytes() {
        assert!(
            size_of::<Event>() <= 64,
            "Event {} What {} Change {}",
            size_of::<Event>(),
            size_of::<What>(),
            size_of::<Change>()
        );
    }

    #[test]
    fn the_inverse_of_the_inverse_is_the_change() {
        let change = Change::Parent { pid: Pid(3), from: Pid(2), to: Pid(1) };
        assert_eq!(change.inverse(), Change::Parent { pid: Pid(3), from: Pid(1), to: Pid(2) });
        assert_eq!(change.inverse().inverse(), change);
    }
}
