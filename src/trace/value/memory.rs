//! Memory: frames, areas, address spaces, swap.

use crate::base::ids::{Block, Frame, Ino, Slot};

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

/// How many [`FrameKind`]s there are.
pub const FRAME_KINDS: usize = FrameKind::Kernel as usize + 1;

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
    /// Flags that areas get when they are mapped: those of `mlockall(MCL_FUTURE)` (`def_flags`).
    DefFlags,
}

/// The numbers of an address space, in their order.
pub const MM_FIELDS: [MmField; 14] = [
    MmField::Pgd,
    MmField::StartCode,
    MmField::EndCode,
    MmField::StartData,
    MmField::EndData,
    MmField::StartBrk,
    MmField::Brk,
    MmField::StartStack,
    MmField::ArgStart,
    MmField::ArgEnd,
    MmField::EnvStart,
    MmField::EnvEnd,
    MmField::Exe,
    MmField::DefFlags,
];

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
    pub struct VmaFlags: u32 {
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
        /// Its pages stay in memory (`VM_LOCKED`).
        const LOCKED = 1 << 8;
        /// With `LOCKED`: a page is locked when it is touched, not brought in before (`VM_LOCKONFAULT`).
        const LOCKONFAULT = 1 << 9;
        /// fork does not copy it (`VM_DONTCOPY`).
        const DONTCOPY = 1 << 10;
        /// A child of fork finds zeros (`VM_WIPEONFORK`).
        const WIPEONFORK = 1 << 11;
        /// Will be read in no order (`VM_RAND_READ`).
        const RAND_READ = 1 << 12;
        /// Will be read in order (`VM_SEQ_READ`).
        const SEQ_READ = 1 << 13;
        /// Large pages are wanted (`VM_HUGEPAGE`).
        const HUGEPAGE = 1 << 14;
        /// Large pages are not wanted (`VM_NOHUGEPAGE`).
        const NOHUGEPAGE = 1 << 15;
        /// Its pages are counted in what memory is promised (`VM_ACCOUNT`).
        const ACCOUNT = 1 << 16;
        /// Its pages are not counted (`VM_NORESERVE`).
        const NORESERVE = 1 << 17;
        /// Left out of a core file (`VM_DONTDUMP`).
        const DONTDUMP = 1 << 18;
    }
}

bitflags::bitflags! {
    /// Marks of a frame (`include/linux/page-flags.h`).
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
    pub struct FrameFlags: u16 {
        /// It is being read from a device: nobody may look at it yet (`PG_locked`, and not `PG_uptodate`).
        const LOCKED = 1;
        /// It differs from what the device holds (`PG_dirty`).
        const DIRTY = 2;
        /// It is being written to a device (`PG_writeback`).
        const WRITEBACK = 4;
        /// It was found used once by the two lists (`PG_referenced`).
        const REFERENCED = 8;
        /// Anonymous, and may be dropped unless it is written again (`MADV_FREE`: `PG_swapbacked` is clear).
        const LAZYFREE = 16;
        /// To be freed when it has been written (`PG_reclaim`).
        const RECLAIM = 32;
    }
}

/// The lists of frames that may be evicted (`enum lru_list`), and one for those that may not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum LruList {
    /// Private and shared memory that was not used lately.
    InactiveAnon,
    /// Private and shared memory that is in use.
    ActiveAnon,
    /// Pages of files that were not used lately.
    InactiveFile,
    /// Pages of files that are in use.
    ActiveFile,
    /// Pages that are locked in memory (`mlock(2)`).
    Unevictable,
    /// All pages together, where the replacement policy is not `two-list`.
    Queue,
}

/// All of them, in their order.
pub const LRU_LISTS: [LruList; 6] = [
    LruList::InactiveAnon,
    LruList::ActiveAnon,
    LruList::InactiveFile,
    LruList::ActiveFile,
    LruList::Unevictable,
    LruList::Queue,
];

impl LruList {
    /// Its name, as `/proc/vmstat` spells it behind `nr_`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InactiveAnon => "inactive_anon",
            Self::ActiveAnon => "active_anon",
            Self::InactiveFile => "inactive_file",
            Self::ActiveFile => "active_file",
            Self::Unevictable => "unevictable",
            Self::Queue => "queue",
        }
    }
}

/// A place in a list of frames.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LruPlace {
    /// The list.
    pub list: LruList,
    /// The frame before it; frame 0, which is the kernel's, if it is the first.
    pub after: Frame,
}

/// What an evicted page is known by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Nonresident {
    /// Private memory, or a page of a file in memory: by its slot of the swap device.
    Slot(Slot),
    /// A page of a file on the disk.
    Page(Ino, u32),
}

/// What a device is asked to do, one page or one window of a file at a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Io {
    /// The window of a file that begins at a page comes into the page cache.
    ReadFile(Ino, u32),
    /// A page of a file is written back.
    WriteFile(Ino, u32),
    /// A page comes back from the swap device.
    ReadSwap(Slot),
    /// A page goes to the swap device.
    WriteSwap(Slot),
}

/// A device whose blocks of 4 KiB change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Device {
    /// The disk: what was written since the machine was switched on, by [`Block`].
    Disk,
    /// The swap device, by [`Slot`].
    Swap,
}

/// Where an evicted page went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EvictedTo {
    /// To the swap device.
    Swap(Slot),
    /// Nowhere: its slot of the swap device holds the same already.
    SwapClean(Slot),
    /// To its file on the disk.
    File(Block),
    /// Nowhere: its file on the disk holds the same, or nobody wants it any more.
    Dropped,
}

/// What a program can set of the kernel's memory management (`/proc/sys/vm`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Sysctl {
    /// `overcommit_memory`: 0 by rule of thumb, 1 always, 2 never.
    OvercommitMemory,
    /// `overcommit_ratio`: percent of memory that is promised in mode 2.
    OvercommitRatio,
    /// `swappiness`: 0 to 200, how much anonymous pages are evicted rather than those of files.
    Swappiness,
    /// `page-cluster`: 2 to this many pages are read from the swap device at once.
    PageCluster,
}

/// All of them with their names and first values.
pub const SYSCTLS: [(Sysctl, &str, u64); 4] = [
    (Sysctl::OvercommitMemory, "overcommit_memory", 0),
    (Sysctl::OvercommitRatio, "overcommit_ratio", 50),
    (Sysctl::Swappiness, "swappiness", 60),
    (Sysctl::PageCluster, "page-cluster", 0),
];

/// The mark of a pin that names a page of a file: behind it stand 31 bits of the inode and 32 of the page. A pin without it
/// is a virtual page plus 1.
pub const PIN_OF_FILE: u64 = 1 << 63;
