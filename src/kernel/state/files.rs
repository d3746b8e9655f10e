//! Descriptors, open files, inodes and pipes: `files_struct`, `file`, `inode`, `pipe_inode_info`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::base::ids::{Block, Frame, Ino, Slot};
use crate::base::table::Table;
use crate::trace::value::{Descriptor, FsContext, Inode, InodeKind, OpenFile, Owner, PipeSlot};

/// A table of descriptors.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilesState {
    /// By descriptor.
    pub fds: Table<Descriptor>,
    /// How many tasks use it; derived.
    pub users: u32,
}

/// A working directory and umask.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FsState {
    /// The values.
    pub context: FsContext,
    /// How many tasks use it; derived.
    pub users: u32,
}

/// An open file description.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileState {
    /// File and flags.
    pub open: OpenFile,
    /// Where the next read or write begins.
    pub offset: u64,
    /// How many descriptors name it; derived.
    pub refs: u32,
}

/// An inode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InodeState {
    /// What it is.
    pub inode: Inode,
    /// Bytes of a regular file.
    pub size: u64,
    /// How many names it has.
    pub links: u32,
    /// The directory that holds this directory; itself for the root, 0 for files.
    pub above: Ino,
    /// Whose it is.
    pub owner: Owner,
    /// The entries of a directory, by name; `.` and `..` are not among them.
    pub entries: BTreeMap<Box<[u8]>, Ino>,
    /// Its pages in the page cache.
    pub cache: BTreeMap<u32, Frame>,
    /// Its pages that are being read from the disk.
    pub reading: BTreeSet<u32>,
    /// The blocks of the disk that its pages were given when they were written.
    pub blocks: BTreeMap<u32, Block>,
    /// Up to which of its pages the disk holds what it held when the machine was switched on.
    pub disk_pages: u32,
    /// Where pages of a file in memory are on the swap device.
    pub swapped: BTreeMap<u32, Slot>,
    /// Pages of a file in memory that were promised when it was made; with 0 each counts when it comes.
    pub reserved: u32,
    /// How many open files, areas and working directories hold it; derived.
    pub holders: u32,
}

impl InodeState {
    /// Pages that it was promised: of memory, as the disk has room of its own (`shmem_acct_size`, `shmem_acct_blocks`).
    #[must_use]
    pub fn committed(&self) -> u64 {
        match (self.inode.kind, self.reserved) {
            (InodeKind::Memory, 0) => self.counted(),
            (InodeKind::Memory, reserved) => u64::from(reserved),
            _ => 0,
        }
    }

    /// Pages of a file in memory that was promised none when it was made, in memory or on the swap device
    /// (`used_blocks` of tmpfs).
    #[must_use]
    pub fn counted(&self) -> u64 {
        match (self.inode.kind, self.reserved) {
            (InodeKind::Memory, 0) => (self.cache.len() + self.swapped.len()) as u64,
            _ => 0,
        }
    }
}

/// A pipe.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PipeState {
    /// The slots in use, oldest first.
    pub slots: VecDeque<PipeSlot>,
    /// How many there may be.
    pub size: u16,
    /// Open files that may read; derived.
    pub readers: u32,
    /// Open files that may write; derived.
    pub writers: u32,
}

impl Default for PipeState {
    fn default() -> Self {
        Self { slots: VecDeque::new(), size: PIPE_SLOTS, readers: 0, writers: 0 }
    }
}

/// Slots of a new pipe's ring (`PIPE_DEF_BUFFERS`).
pub const PIPE_SLOTS: u16 = 16;
