//! Areas: mapped, merged, split and unmapped.
//!
//! Areas never overlap, and two that touch and are alike are one. A change of an area's extent is two changes of the
//! state: the old area goes, the new one comes.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, MmId};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::{self, MAX_AREAS, Place};
use crate::kernel::mm::{huge, limits, overcommit, shmem, table};
use crate::kernel::vfs::inode;
use crate::trace::event::Change;
use crate::trace::value::{Vma, VmaFlags};

/// What is to be mapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MapRequest {
    /// Where.
    pub place: Place,
    /// How many pages.
    pub pages: u32,
    /// With which rights, shared or private.
    pub flags: VmaFlags,
    /// The file; 0 for none. A shared area without a file gets an inode of its own.
    pub ino: Ino,
    /// The page of the file where the area begins; 0 without a file.
    pub file_page: u32,
}

impl MapRequest {
    /// Private memory, anywhere.
    #[must_use]
    pub const fn anonymous(pages: u32, flags: VmaFlags) -> Self {
        Self { place: Place::Hint(0), pages, flags, ino: Ino(0), file_page: 0 }
    }

    /// A place in an address space, for the other fields to be filled in.
    #[must_use]
    pub const fn fixed(address: Vaddr) -> Self {
        Self { place: Place::Fixed(address.0), ..Self::anonymous(0, VmaFlags::empty()) }
    }
}

/// Maps an area, merged with what it continues (`mmap_region`); nothing is faulted in.
///
/// # Errors
/// EINVAL for no pages; ENOMEM for more than the limits of the process or of memory allow, for too many areas and for no
/// room; and what
/// [`place::find`] answers.
pub fn map(k: &mut Kernel, mm: MmId, request: MapRequest) -> Result<Vaddr, Errno> {
    let MapRequest { place, pages, mut flags, mut ino, file_page } = request;
    if pages == 0 {
        return Err(Errno::EINVAL);
    }
    let space = k.state().mm(mm);
    if space.vmas.len() >= MAX_AREAS {
        return Err(Errno::ENOMEM);
    }
    let page = place::find(space, place, u64::from(pages), k.stack_limit())?;
    if file_page.checked_add(pages).is_none() {
        return Err(Errno::EOVERFLOW);
    }
    let own = flags.contains(VmaFlags::SHARED) && ino == Ino(0);
    let replaced = match place {
        Place::Fixed(_) => Parts::within(k, mm, page..page + u64::from(pages)),
        Place::Hint(_) | Place::Low | Place::FixedNoReplace(_) => Parts::default(),
    };
    if !limits::may_expand(k, mm, flags, u64::from(pages) - replaced.pages) {
        return Err(Errno::ENOMEM);
    }
    if overcommit::is_accountable(flags) {
        flags |= VmaFlags::ACCOUNT;
        let more = u64::from(pages) - replaced.promised;
        if more > 0 {
            overcommit::promise(k, Some(mm), more)?;
        }
    }
    if own {
        ino = shmem::create(k, mm, pages, flags)?;
        flags |= VmaFlags::ANON_SHARED;
    }
    if let Place::Fixed(_) = place {
        unmap(k, mm, page, u64::from(pages));
    }
    insert(k, mm, page, Vma { pages, file_page, ino, flags });
    Ok(Vaddr(page << PAGE_SHIFT))
}

/// What there is of areas in a range of pages.
#[derive(Clone, Copy, Default)]
struct Parts {
    pages: u64,
    promised: u64,
}

impl Parts {
    fn within(k: &Kernel, mm: MmId, range: Range<u64>) -> Self {
        let mut sum = Self::default();
        for (start, vma) in within(k, mm, &range) {
            let pages = range.end.min(start + u64::from(vma.pages)) - range.start.max(start);
            sum.pages += pages;
            sum.promised += if vma.flags.contains(VmaFlags::ACCOUNT) { pages } else { 0 };
        }
        sum
    }
}

/// Unmaps a range of pages: what lies in it goes, areas that reach beyond it are cut (`do_munmap`).
pub fn unmap(k: &mut Kernel, mm: MmId, page: u64, pages: u64) {
    let range = page..page + pages;
    let pieces = cut_out(k, mm, &range);
    if pieces.is_empty() {
        return;
    }
    for leaf in huge::within(k.state(), mm, &range) {
        huge::clear(k, mm, leaf);
    }
    let pgd = k.state().mm(mm).pgd();
    for leaf in table::leaves(&k.state().hardware.phys, pgd, range.clone()) {
        table::clear_leaf(k, mm, leaf);
    }
    let gap = table::gap_around(k, mm, &range);
    table::prune(k, mm, range, gap);
    let_go(k, pieces.into_iter().map(|(_, vma)| vma.ino).collect());
}

/// Takes the pieces of areas in a range away; what they held outside it stays as areas of its own.
pub(super) fn cut_out(k: &mut Kernel, mm: MmId, range: &Range<u64>) -> Vec<(u64, Vma)> {
    let mut pieces = Vec::new();
    for (start, vma) in within(k, mm, range) {
        let end = start + u64::from(vma.pages);
        let (from, to) = (start.max(range.start), end.min(range.end));
        for boundary in [from, to].into_iter().filter(|&boundary| start < boundary && boundary < end) {
            huge::split_at(k, mm, boundary);
        }
        k.commit(Change::Vma { mm, page: start, vma, from: true, to: false });
        for (page, end) in [(start, from), (to, end)].into_iter().filter(|(page, end)| page < end) {
            k.commit(Change::Vma { mm, page, vma: piece(start, vma, page, end), from: false, to: true });
        }
        pieces.push((from, piece(start, vma, from, to)));
    }
    pieces
}

/// The areas that have pages in a range, in rising order.
#[must_use]
pub fn within(k: &Kernel, mm: MmId, range: &Range<u64>) -> Vec<(u64, Vma)> {
    let reaches = |&(start, vma): &(u64, Vma)| start + u64::from(vma.pages) > range.start;
    let vmas = &k.state().mm(mm).vmas;
    let before = vmas.range(..range.start).next_back().map(|(&start, &vma)| (start, vma)).filter(reaches);
    let inside = vmas.range(range.start..range.end.max(range.start)).map(|(&start, &vma)| (start, vma));
    before.into_iter().chain(inside).collect()
}

/// The part of an area from a page to before another.
fn piece(start: u64, vma: Vma, page: u64, end: u64) -> Vma {
    let skipped = if vma.ino == Ino(0) { 0 } else { (page - start) as u32 };
    Vma { pages: (end - page) as u32, file_page: vma.file_page + skipped, ..vma }
}

/// Puts an area where none is, as one with those that it continues and that continue it.
pub(super) fn insert(k: &mut Kernel, mm: MmId, mut page: u64, mut vma: Vma) {
    let vmas = &k.state().mm(mm).vmas;
    let below = vmas.range(..page).next_back().map(|(&start, &below)| (start, below));
    let above = vmas.range(page..).next().map(|(&start, &above)| (start, above));
    if let Some((start, below)) = below.filter(|&(start, below)| continues(start, below, page, vma)) {
        k.commit(Change::Vma { mm, page: start, vma: below, from: true, to: false });
        (page, vma) = (start, Vma { pages: below.pages + vma.pages, ..below });
    }
    if let Some((start, above)) = above.filter(|&(start, above)| continues(page, vma, start, above)) {
        k.commit(Change::Vma { mm, page: start, vma: above, from: true, to: false });
        vma.pages += above.pages;
    }
    k.commit(Change::Vma { mm, page, vma, from: false, to: true });
}

/// Gives a part of an area other flags; it becomes an area of its own, or one with its neighbours (`vma_modify_flags`).
///
/// # Errors
/// ENOMEM if there would be too many areas.
pub fn set_flags(
    k: &mut Kernel,
    mm: MmId,
    (start, vma): (u64, Vma),
    part: Range<u64>,
    flags: VmaFlags,
) -> Result<(), Errno> {
    let end = start + u64::from(vma.pages);
    let changed = Vma { flags, ..piece(start, vma, part.start, part.end) };
    let vmas = &k.state().mm(mm).vmas;
    let splits = usize::from(part.start > start) + usize::from(part.end < end);
    let below = vmas.range(..start).next_back().filter(|_| part.start == start);
    let above = vmas.get(&end).filter(|_| part.end == end);
    let merges = usize::from(below.is_some_and(|(&page, &below)| continues(page, below, part.start, changed)))
        + usize::from(above.is_some_and(|&above| continues(part.start, changed, end, above)));
    if splits > merges && vmas.len() + splits - merges > MAX_AREAS {
        return Err(Errno::ENOMEM);
    }
    let _ = cut_out(k, mm, &part);
    insert(k, mm, part.start, changed);
    Ok(())
}

/// Whether two areas can be one: they touch, are alike, and go on in the same file.
fn continues(page: u64, vma: Vma, next_page: u64, next: Vma) -> bool {
    page + u64::from(vma.pages) == next_page
        && vma.flags == next.flags
        && vma.ino == next.ino
        && vma.pages.checked_add(next.pages).is_some()
        && (vma.ino == Ino(0) || vma.file_page.checked_add(vma.pages) == Some(next.file_page))
}

/// Frees the files among these that no area, descriptor or name holds any more.
pub(super) fn let_go(k: &mut Kernel, mut files: Vec<Ino>) {
    files.sort_unstable();
    files.dedup();
    for ino in files.into_iter().filter(|&ino| ino != Ino(0)) {
        inode::drop_if_unused(k, ino);
    }
}
