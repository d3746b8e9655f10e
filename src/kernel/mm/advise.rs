//! What `madvise(2)` does with the pages of a range (`mm/madvise.c`).
//!
//! Checks of arguments and areas are the system call's. Nothing here sleeps but [`remove`] and [`populate`], which are
//! called again.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, MmId};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::fault::{Refusal, attempt};
use crate::kernel::mm::place::MAX_AREAS;
use crate::kernel::mm::populate::leaf_of;
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::{area, huge, swap};
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::vfs::cache;
use crate::machine::pte::{A, D, W};
use crate::machine::trap::CODE_W;
use crate::trace::value::{FrameKind, FrameUse, Vma, VmaFlags};

/// Some pages of an area.
#[derive(Clone, Debug)]
pub struct Part {
    /// The first page of the area.
    pub start: u64,
    /// The area.
    pub vma: Vma,
    /// The pages that are meant.
    pub pages: Range<u64>,
}

impl Part {
    /// The pages of the area's file that are meant.
    #[must_use]
    pub fn file_pages(&self) -> Range<u32> {
        let page = |page: u64| self.vma.file_page + (page - self.start) as u32;
        page(self.pages.start)..page(self.pages.end)
    }
}

/// The parts of areas in a range of pages, in rising order.
#[must_use]
pub fn parts(k: &Kernel, mm: MmId, pages: &Range<u64>) -> Vec<Part> {
    let part = |(start, vma): (u64, Vma)| {
        let end = start + u64::from(vma.pages);
        Part { start, vma, pages: start.max(pages.start)..end.min(pages.end) }
    };
    area::within(k, mm, pages).into_iter().map(part).collect()
}

/// Whether some parts leave no gap in a range of pages.
#[must_use]
pub fn covers(parts: &[Part], pages: &Range<u64>) -> bool {
    parts.iter().map(|part| part.pages.end - part.pages.start).sum::<u64>() == pages.end.saturating_sub(pages.start)
}

/// Gives a part of an area other flags, as an area of its own or as one with its neighbours.
///
/// # Errors
/// EAGAIN if that would make too many areas.
pub fn set_flags(k: &mut Kernel, mm: MmId, part: &Part, flags: VmaFlags) -> Result<(), Errno> {
    if flags == part.vma.flags {
        return Ok(());
    }
    let whole = part.pages == (part.start..part.start + u64::from(part.vma.pages));
    if !whole && k.state().mm(mm).vmas.len() >= MAX_AREAS {
        return Err(Errno::EAGAIN);
    }
    for (page, piece) in area::cut_out(k, mm, &part.pages) {
        area::insert(k, mm, page, Vma { flags, ..piece });
    }
    Ok(())
}

/// Empties the leaf entries of a range: private pages are zeros, or their file's, at the next touch (`MADV_DONTNEED`).
pub fn dont_need(k: &mut Kernel, mm: MmId, pages: &Range<u64>) {
    for leaf in huge::within(k.state(), mm, pages) {
        huge::clear(k, mm, leaf);
    }
    let pgd = k.state().mm(mm).pgd();
    for leaf in table::leaves(&k.state().hardware.phys, pgd, pages.clone()) {
        table::clear_leaf(k, mm, leaf);
    }
    // A table of which all entries were emptied goes, too; those above it stay (`mm/pt_reclaim.c`).
    let whole = pages.start.next_multiple_of(512)..pages.end / 512 * 512;
    if whole.start < whole.end {
        table::prune_lowest(k, mm, whole);
    }
}

/// Lets private pages of a range go when memory is short, unless they are written before: till then they can be read
/// (`MADV_FREE`).
// Linux: a page that a fork has shared is marked, too, and stays if any entry says that it was written. Here: it is left
// alone, because an entry of a page that came back from the swap device does not tell.
pub fn free(k: &mut Kernel, mm: MmId, pages: &Range<u64>) {
    for leaf in huge::within(k.state(), mm, pages) {
        huge::free(k, mm, leaf);
    }
    let pgd = k.state().mm(mm).pgd();
    let leaves = table::leaves(&k.state().hardware.phys, pgd, pages.clone());
    for leaf in leaves.into_iter().filter(|leaf| !huge::lies_in(leaf, pages)) {
        if leaf.step.pte.is_present() {
            free_page(k, mm, leaf);
        } else {
            table::clear_leaf(k, mm, leaf);
        }
    }
}

fn free_page(k: &mut Kernel, mm: MmId, leaf: Leaf) {
    let frame = leaf.step.pte.frame();
    if k.state().frame(frame).usage.kind != FrameKind::Anon || !swap::is_exclusive(k, frame) {
        return;
    }
    swap::forget_copy(k, frame);
    if k.state().frame(frame).slot.is_some() {
        return;
    }
    table::set_leaf(k, mm, leaf, leaf.step.pte.without(A | D));
    huge::mark_free(k, frame);
}

/// Takes pages out of the file of an area: they read as zeros from now on, for all (`MADV_REMOVE`).
///
/// # Errors
/// EINVAL if the area has no file, EACCES if it may not change it, ENOSPC for a full disk; a sleep while the file is
/// being read.
pub fn remove(k: &mut Kernel, part: &Part) -> SysResult<()> {
    let Vma { ino, flags, .. } = part.vma;
    if ino == Ino(0) {
        return Err(Errno::EINVAL.into());
    }
    if !flags.contains(VmaFlags::SHARED) || flags.contains(VmaFlags::NEVER_WRITE) {
        return Err(Errno::EACCES.into());
    }
    cache::punch(k, ino, part.file_pages())
}

/// Asks the devices for pages before they are touched, as far as there is room (`MADV_WILLNEED`).
pub fn will_need(k: &mut Kernel, mm: MmId, part: &Part) {
    let pgd = k.state().mm(mm).pgd();
    let named = table::leaves(&k.state().hardware.phys, pgd, part.pages.clone());
    for (page, slot) in named.into_iter().filter_map(|leaf| Some((leaf.page, leaf.step.pte.slot()?))) {
        swap::read_early(k, slot, FrameUse { kind: FrameKind::Anon, owner: mm.0, index: page as u32 });
    }
    let ino = part.vma.ino;
    if ino == Ino(0) {
        return;
    }
    let swapped = k.state().inode(ino).swapped.range(part.file_pages());
    for (index, slot) in swapped.map(|(&page, &slot)| (page, slot)).collect::<Vec<_>>() {
        swap::read_early(k, slot, FrameUse { kind: FrameKind::Shmem, owner: ino.0, index });
    }
    cache::read_early(k, ino, part.file_pages());
}

/// Faults pages in as a read or a write of each would (`MADV_POPULATE_READ`, `MADV_POPULATE_WRITE`). The task's progress
/// tells how many pages are done.
///
/// # Errors
/// ENOMEM where nothing is mapped or no frame is left, EINVAL where the access is not allowed, EFAULT behind the end of a
/// file; a sleep while a page comes from a device.
pub fn populate(k: &mut Kernel, mm: MmId, pages: &Range<u64>, write: bool) -> SysResult<()> {
    let tid = k.current();
    let first = pages.start + k.state().task(tid).progress;
    for page in first..pages.end {
        let address = page << PAGE_SHIFT;
        let flags = k.state().mm(mm).vma_at(Vaddr(address)).ok_or(Errno::ENOMEM)?.1.flags;
        let allowed = flags.contains(if write { VmaFlags::WRITE } else { VmaFlags::READ });
        if !allowed {
            return Err(Errno::EINVAL.into());
        }
        let pte = leaf_of(k, mm, address);
        if pte.is_present() && (!write || pte.has(W)) {
            continue;
        }
        match attempt(k, mm, address, if write { CODE_W } else { 0 }) {
            Ok(_) => {}
            Err(Refusal::Sleeps | Refusal::Underway | Refusal::NoRoom) => {
                k.set_progress(tid, page - pages.start);
                return Err(Stop::Sleeps);
            }
            Err(Refusal::NoFrame) => return Err(Errno::ENOMEM.into()),
            Err(Refusal::Segv(_) | Refusal::PastEnd) => return Err(Errno::EFAULT.into()),
        }
    }
    Ok(())
}
