//! The state: the whole truth of the machine, a value that can be cloned, compared, folded and undone.
//!
//! Everything here is readable by the whole kernel and changed by [`State::apply`] only. Counts that follow from
//! other cells (how often a frame is mapped, how many tasks share an address space) are kept up by `apply` itself, so
//! that no event is needed for them and none can be forgotten.

mod apply;
mod compare;
mod files;
mod gaps;
pub mod hash;
mod invariants;
mod inventory;
mod memory;
mod namespace;
mod recount;
mod task;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use files::{FileState, FilesState, FsState, InodeState, PIPE_SLOTS, PipeState};
pub use gaps::Gaps;
pub use memory::{FrameCounts, FrameState, Lru, LruEnds, Mappers, Mapping, MmState, SlotState};
pub use namespace::{PidNsState, ROOT_NS};
pub use task::{PINS, Process, SighandState, Task};

use crate::base::ids::{CpuId, FileId, FilesId, Frame, FsId, Ino, MmId, Pid, PipeId, SighandId, Slot, Tid};
use crate::base::sorted::Sorted;
use crate::base::table::Table;
use crate::base::units::Ns;
use crate::kernel::config::Config;
use crate::machine::Hardware;
use crate::trace::value::{Io, Nonresident, SYSCTLS, Sysctl, WaitOn};

/// The truth of the machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// Physical memory and the processors.
    pub hardware: Hardware,
    /// What each frame in use is used for.
    pub frames: Table<FrameState>,
    /// How many frames there are of each sort; derived.
    pub frame_counts: FrameCounts,
    /// The lists of frames that may be evicted.
    pub lru: Lru,
    /// The slots of the swap device that are in use.
    pub swap: Table<SlotState>,
    /// When pages were evicted that did not come back, by [`nonresident_age`](Self::nonresident_age).
    pub shadows: BTreeMap<Nonresident, u32>,
    /// How many pages were evicted or became active so far, where the replacement policy is `two-list`; wraps.
    pub nonresident_age: u32,
    /// The blocks of the disk that were given to pages that were written, and whose these are; derived.
    pub blocks: Table<(Ino, u32)>,
    /// What devices are at work with, and until when.
    pub io: BTreeSet<(Ns, Io)>,
    /// What programs can set of memory management, by [`Sysctl`](crate::trace::value::Sysctl).
    pub sysctls: [u64; SYSCTLS.len()],
    /// Every task that is not reaped.
    pub tasks: Sorted<Tid, Task>,
    /// Every process that is not reaped.
    pub processes: Sorted<Pid, Process>,
    /// Pid namespaces; number 0 is that of the machine.
    pub pid_namespaces: Table<PidNsState>,
    /// How many processes have a pid as the name of their group or session, twice if of both; derived.
    pub names: BTreeMap<Pid, u32>,
    /// The run queue of each CPU, oldest first.
    pub queues: Vec<VecDeque<Tid>>,
    /// The tasks that wait for something, oldest first; no empty queue is kept.
    pub waiters: BTreeMap<WaitOn, Vec<Tid>>,
    /// Who is to be woken when.
    pub timers: BTreeSet<(Ns, Tid)>,
    /// Which process is to get SIGALRM when.
    pub alarms: BTreeSet<(Ns, Pid)>,
    /// Address spaces.
    pub mms: Table<MmState>,
    /// Tables of descriptors.
    pub files: Table<FilesState>,
    /// Working directories.
    pub fs: Table<FsState>,
    /// Signal actions.
    pub sighands: Table<SighandState>,
    /// Open file descriptions.
    pub open_files: Table<FileState>,
    /// Pages of memory that are promised (`vm_committed_as`); derived.
    pub committed: u64,
    /// Pages of files in memory that are counted one by one; derived.
    pub tmpfs_pages: u64,
    /// Inodes; number 0 is never used.
    pub inodes: Table<InodeState>,
    /// Pipes.
    pub pipes: Table<PipeState>,
    /// Bytes typed at the console and not yet read.
    pub console: VecDeque<u8>,
    /// Whether the console's input has ended.
    pub console_ended: bool,
    /// The session whose terminal the console is; 0 for none.
    pub console_session: Pid,
    /// The process group that may read the console and gets its signals; 0 for none.
    pub foreground: Pid,
}

/// The session and the process group that have the console when the machine is switched on: those of init.
pub const CONSOLE_AT_FIRST: Pid = Pid(1);

/// Declares the look-ups of things that are known to exist.
macro_rules! lookups {
    ($($(#[$doc:meta])* $name:ident($id:ident: $id_type:ty) -> $value:ty = $place:ident;)*) => {
        impl State {
            $($(#[$doc])*
            ///
            /// # Panics
            /// If it does not exist: the caller holds an id that is void.
            #[must_use]
            pub fn $name(&self, $id: $id_type) -> &$value {
                self.$place.get($id.0).unwrap_or_else(|| panic!("{:?} does not exist", $id))
            }
            )*
        }
    };
}

lookups! {
    /// An address space.
    mm(mm: MmId) -> MmState = mms;
    /// A table of descriptors.
    files(files: FilesId) -> FilesState = files;
    /// A working directory.
    fs(fs: FsId) -> FsState = fs;
    /// Signal actions.
    sighand(sighand: SighandId) -> SighandState = sighands;
    /// An open file description.
    file(file: FileId) -> FileState = open_files;
    /// An inode.
    inode(ino: Ino) -> InodeState = inodes;
    /// A pipe.
    pipe(pipe: PipeId) -> PipeState = pipes;
    /// A frame in use.
    frame(frame: Frame) -> FrameState = frames;
}

impl State {
    /// A machine that is switched on: memory of so many frames, and CPUs, all idle in kernel mode. Its disk and its swap
    /// device have no blocks.
    #[must_use]
    pub fn new(cpus: u8, frames: u32) -> Self {
        Self::with_devices(cpus, frames, 0, 0)
    }

    /// The machine of a configuration, just switched on.
    #[must_use]
    pub fn switched_on(config: &Config) -> Self {
        let blank = Self::with_devices(config.cpus, config.ram_frames, config.disk_blocks, config.swap_slots);
        Self { sysctls: config.sysctls, ..blank }
    }

    /// The same, with so many blocks on the disk to write to, and so many slots of the swap device.
    #[must_use]
    pub fn with_devices(cpus: u8, frames: u32, blocks: u32, slots: u32) -> Self {
        Self {
            hardware: Hardware::with_devices(frames, cpus, blocks, slots),
            frames: Table::default(),
            frame_counts: FrameCounts::default(),
            lru: Lru::default(),
            swap: Table::default(),
            shadows: BTreeMap::new(),
            nonresident_age: 0,
            blocks: Table::default(),
            io: BTreeSet::new(),
            sysctls: SYSCTLS.map(|(_, _, first)| first),
            tasks: Sorted::default(),
            processes: Sorted::default(),
            pid_namespaces: Table::default(),
            names: BTreeMap::new(),
            queues: vec![VecDeque::new(); usize::from(cpus)],
            waiters: BTreeMap::new(),
            timers: BTreeSet::new(),
            alarms: BTreeSet::new(),
            mms: Table::default(),
            files: Table::default(),
            fs: Table::default(),
            sighands: Table::default(),
            open_files: Table::default(),
            committed: 0,
            tmpfs_pages: 0,
            inodes: Table::default(),
            pipes: Table::default(),
            console: VecDeque::new(),
            console_ended: false,
            // The console is the terminal of the first session from power-on, as the kernel opens it for init.
            console_session: CONSOLE_AT_FIRST,
            foreground: CONSOLE_AT_FIRST,
        }
    }

    /// A task that is not reaped.
    ///
    /// # Panics
    /// If there is none of this id.
    #[must_use]
    #[inline]
    pub fn task(&self, tid: Tid) -> &Task {
        self.tasks.get(&tid).unwrap_or_else(|| panic!("{tid:?} does not exist"))
    }

    /// A process that is not reaped.
    ///
    /// # Panics
    /// If there is none of this id.
    #[must_use]
    #[inline]
    pub fn process(&self, pid: Pid) -> &Process {
        self.processes.get(&pid).unwrap_or_else(|| panic!("{pid:?} does not exist"))
    }

    /// The process of a task.
    #[must_use]
    pub fn process_of(&self, tid: Tid) -> &Process {
        self.process(self.task(tid).tgid)
    }

    /// What programs can set of memory management.
    #[must_use]
    pub fn sysctl(&self, sysctl: Sysctl) -> u64 {
        self.sysctls[sysctl as usize]
    }

    /// A slot of the swap device that is in use.
    ///
    /// # Panics
    /// If it is free: the caller holds an entry that is void.
    #[must_use]
    pub fn slot(&self, slot: Slot) -> &SlotState {
        self.swap.get(slot.0).unwrap_or_else(|| panic!("{slot:?} is free"))
    }

    /// A CPU's task; 0 when it is idle.
    #[must_use]
    pub fn current(&self, cpu: CpuId) -> Tid {
        self.hardware.cpus[cpu.index()].current
    }
}
