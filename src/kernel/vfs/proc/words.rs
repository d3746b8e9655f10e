//! The files of `/proc` that are read by words of 8 bytes: `pagemap`, `kpagecount`, `kpageflags`
//! (`Documentation/admin-guide/mm/pagemap.rst`, `fs/proc/task_mmu.c`, `fs/proc/page.c`).
//!
//! Reading costs what the words cost that are read, wherever they lie.
//!
//! A word of `pagemap`, for a page of an address space:
//!
//! ```text
//!  63  62  61  60  57  56  55  54                                0
//! +---+---+---+------+---+---+-----------------------------------+
//! | P | S | F |  0   | X | 0 | frame, or slot << 5 | swap device  |
//! +---+---+---+------+---+---+-----------------------------------+
//! ```
//!
//! P present, S swapped, F of a file or shared memory, X mapped here only. Bit 55 (soft-dirty) is 0, as on a kernel without
//! `CONFIG_MEM_SOFT_DIRTY`. The frame is shown to root only.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{MmId, Tid};
use crate::base::units::PAGE_SHIFT;
use crate::kernel::boot::ZERO_FRAME;
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::USER_END;
use crate::kernel::mm::{huge, table};
use crate::kernel::state::{FrameState, State};
use crate::kernel::vfs::permission;
use crate::kernel::vfs::proc::entry;
use crate::machine::pte::Pte;
use crate::trace::value::{FrameFlags, FrameKind, GlobalFile, LruList, ProcEntry, ProcFile};

/// Bytes of a word.
pub const WORD: u64 = 8;

const PRESENT: u64 = 1 << 63;
const SWAPPED: u64 = 1 << 62;
const OF_FILE: u64 = 1 << 61;
const EXCLUSIVE: u64 = 1 << 56;
/// Where the slot stands in the word of a swapped page, behind the device (`MAX_SWAPFILES_SHIFT`).
const SLOT_SHIFT: u32 = 5;

/// `KPF_` bits (`include/uapi/linux/kernel-page-flags.h`, and those from 32 on from `include/linux/kernel-page-flags.h`).
mod kpf {
    pub const LOCKED: u64 = 1;
    pub const REFERENCED: u64 = 1 << 2;
    pub const UPTODATE: u64 = 1 << 3;
    pub const DIRTY: u64 = 1 << 4;
    pub const LRU: u64 = 1 << 5;
    pub const ACTIVE: u64 = 1 << 6;
    pub const WRITEBACK: u64 = 1 << 8;
    pub const BUDDY: u64 = 1 << 10;
    pub const MMAP: u64 = 1 << 11;
    pub const ANON: u64 = 1 << 12;
    pub const SWAPCACHE: u64 = 1 << 13;
    pub const SWAPBACKED: u64 = 1 << 14;
    pub const COMPOUND_HEAD: u64 = 1 << 15;
    pub const COMPOUND_TAIL: u64 = 1 << 16;
    pub const THP: u64 = 1 << 22;
    pub const UNEVICTABLE: u64 = 1 << 18;
    pub const ZERO_PAGE: u64 = 1 << 24;
    pub const PGTABLE: u64 = 1 << 26;
    pub const RESERVED: u64 = 1 << 32;
    pub const MLOCKED: u64 = 1 << 33;
}

/// Whether a file is read by words.
#[must_use]
pub const fn is_words(entry: ProcEntry) -> bool {
    matches!(
        entry,
        ProcEntry::Global(GlobalFile::Kpagecount | GlobalFile::Kpageflags)
            | ProcEntry::File(_, ProcFile::Pagemap)
            | ProcEntry::TaskFile(_, _, ProcFile::Pagemap)
    )
}

/// At most `len` bytes of such a file, from a position on; fewer where it ends, but at least one before that.
///
/// # Errors
/// ESRCH if the process is gone.
pub fn words(k: &Kernel, entry: ProcEntry, position: u64, len: usize) -> Result<Vec<u8>, Errno> {
    let state = k.state();
    if !entry::exists(state, entry) {
        return Err(Errno::ESRCH);
    }
    let first = position / WORD;
    let end = (position + len as u64).div_ceil(WORD);
    let frames = || first..end.min(u64::from(k.config.ram_frames));
    let found = match entry {
        ProcEntry::Global(GlobalFile::Kpagecount) => frames().map(|frame| count(state, frame)).collect(),
        ProcEntry::Global(GlobalFile::Kpageflags) => frames().map(|frame| flags(state, frame)).collect(),
        ProcEntry::File(pid, _) => pages_of(k, Tid(pid.0), first..end),
        ProcEntry::TaskFile(_, tid, _) => pages_of(k, tid, first..end),
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Global(_)
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_)
        | ProcEntry::Fd(..) => Vec::new(),
    };
    let bytes = found.into_iter().flat_map(u64::to_le_bytes);
    Ok(bytes.skip((position % WORD) as usize).take(len).collect())
}

/// The words of pages of a task's address space; none for one that has ended.
// Linux: whether frames are shown is decided by who opened the file, and the address space is that of that time. Here: by
// who reads it, and it is the present one, because an open file keeps neither.
fn pages_of(k: &Kernel, tid: Tid, pages: Range<u64>) -> Vec<u64> {
    let pages = pages.start..pages.end.min(USER_END >> PAGE_SHIFT);
    let Some(mm) = k.state().task(tid).mm.filter(|_| !pages.is_empty()) else { return Vec::new() };
    let root = permission::user(k.state(), k.current_pid()).uid == 0;
    pagemap(k.state(), mm, pages, root)
}

/// The words of `pagemap` for a range of pages.
fn pagemap(state: &State, mm: MmId, pages: Range<u64>, frames_shown: bool) -> Vec<u64> {
    let mut words = vec![0; (pages.end - pages.start) as usize];
    for leaf in table::leaves(&state.hardware.phys, state.mm(mm).pgd(), pages.clone()) {
        words[(leaf.page - pages.start) as usize] = page_word(state, leaf.step.pte, frames_shown);
    }
    words
}

fn page_word(state: &State, pte: Pte, frames_shown: bool) -> u64 {
    let shown = |place: u64| if frames_shown { place } else { 0 };
    if let Some(slot) = pte.slot() {
        return SWAPPED | shown(u64::from(slot.0) << SLOT_SHIFT);
    }
    let frame = state.frame(pte.frame());
    let kind = match frame.usage.kind {
        FrameKind::File | FrameKind::Shmem => OF_FILE,
        FrameKind::Anon | FrameKind::Table | FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => 0,
    };
    let exclusive = if frame.maps == 1 && frame.usage.kind != FrameKind::Zero { EXCLUSIVE } else { 0 };
    PRESENT | kind | exclusive | shown(u64::from(pte.frame().0))
}

/// A word of `kpagecount`: how many table entries name the frame, if it is one of those that Linux counts.
fn count(state: &State, frame: u64) -> u64 {
    state
        .frames
        .get(frame as u32)
        .filter(|frame| frame.usage.kind != FrameKind::Zero)
        .map_or(0, |it| u64::from(it.maps))
}

/// A word of `kpageflags` (`stable_page_flags` in `fs/proc/page.c`).
fn flags(state: &State, number: u64) -> u64 {
    let Some(frame) = state.frames.get(number as u32) else { return kpf::BUDDY };
    match frame.usage.kind {
        FrameKind::Kernel => kpf::RESERVED,
        FrameKind::Zero if number == u64::from(ZERO_FRAME.0) => kpf::ZERO_PAGE | kpf::RESERVED,
        FrameKind::Zero => kpf::ZERO_PAGE | part_of_large(number),
        FrameKind::Table => kpf::PGTABLE,
        FrameKind::Pipe => 0,
        FrameKind::Anon => evictable(frame) | kpf::ANON | compound(state, frame, number),
        FrameKind::File | FrameKind::Shmem => evictable(frame),
    }
}

/// The marks of a frame that a large leaf names.
fn compound(state: &State, frame: &FrameState, number: u64) -> u64 {
    if !frame.mappers.to_vec().iter().any(|at| huge::find(state, at.mm, at.page).is_some()) {
        return 0;
    }
    part_of_large(number)
}

fn part_of_large(number: u64) -> u64 {
    kpf::THP | if number.is_multiple_of(huge::PAGES) { kpf::COMPOUND_HEAD } else { kpf::COMPOUND_TAIL }
}

/// The marks of a frame that can be mapped and evicted.
fn evictable(frame: &FrameState) -> u64 {
    let marks = |flag, bit| if frame.flags.contains(flag) { bit } else { 0 };
    let (reading, lazy) = (frame.flags.contains(FrameFlags::LOCKED), frame.flags.contains(FrameFlags::LAZYFREE));
    let list = match frame.list {
        None => 0,
        Some(LruList::InactiveAnon | LruList::InactiveFile | LruList::Queue) => kpf::LRU,
        Some(LruList::ActiveAnon | LruList::ActiveFile) => kpf::LRU | kpf::ACTIVE,
        Some(LruList::Unevictable) => kpf::LRU | kpf::UNEVICTABLE | kpf::MLOCKED,
    };
    let swap_backed = frame.usage.kind != FrameKind::File && !lazy;
    list | marks(FrameFlags::LOCKED, kpf::LOCKED)
        | marks(FrameFlags::REFERENCED, kpf::REFERENCED)
        | marks(FrameFlags::DIRTY, kpf::DIRTY)
        | marks(FrameFlags::WRITEBACK, kpf::WRITEBACK)
        | if reading { 0 } else { kpf::UPTODATE }
        | if frame.maps > 0 { kpf::MMAP } else { 0 }
        | if frame.slot.is_some() { kpf::SWAPCACHE } else { 0 }
        | if swap_backed { kpf::SWAPBACKED } else { 0 }
}
