//! Moving areas and changing their length (`mm/mremap.c`).
//!
//! What is moved are leaf entries: frames and slots stay what they are, and nothing is faulted in. The tables that the
//! new place needs are made first, so that a move is done whole or not at all.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, MmId};
use crate::base::units::PAGE_SHIFT;
use crate::kernel::core::Kernel;
use crate::kernel::mm::place::{self, MAX_AREAS, Place};
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::{area, huge, limits, lru, mlock, overcommit, swap};
use crate::machine::mmu::Step;
use crate::machine::pte::Pte;
use crate::trace::value::{FrameKind, FrameUse, Vma, VmaFlags};

/// What is to be moved, or to change its length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Remap {
    /// The first page.
    pub page: u64,
    /// How many there are; 0 to map the pages of a shared area once more.
    pub old_pages: u64,
    /// How many there shall be.
    pub new_pages: u64,
    /// Where they shall be; nowhere else unless they must.
    pub to: Option<Place>,
    /// Whether they may be moved if there is no room behind them (`MREMAP_MAYMOVE`).
    pub may_move: bool,
    /// Whether the old place stays mapped, empty (`MREMAP_DONTUNMAP`).
    pub keeps: bool,
}

/// Areas that must still be free to be made before a move is begun.
const SPARE_AREAS: usize = 3;

/// Grows, shrinks or moves an area, or a part of it; gives the first page of where it is then (`do_mremap`).
///
/// # Errors
/// EFAULT if no area holds the pages, EINVAL for a private area to be mapped once more and for a file that would be too
/// long, EAGAIN beyond RLIMIT_MEMLOCK, ENOMEM if there is no room, no memory, or beyond the other limits.
pub fn remap(k: &mut Kernel, mm: MmId, request: Remap) -> Result<u64, Errno> {
    let Remap { page, old_pages, new_pages, to, .. } = request;
    if let (Some(Place::Fixed(address)), true) = (to, old_pages == new_pages) {
        return move_all(k, mm, request, address);
    }
    let found = check(k, mm, request)?;
    if to.is_some() {
        return move_to(k, mm, request);
    }
    if new_pages <= old_pages {
        shrink(k, mm, request)?;
        return Ok(page);
    }
    if extend(k, mm, request, found)? {
        return Ok(page);
    }
    if !request.may_move {
        return Err(Errno::ENOMEM);
    }
    move_area(k, mm, request, Place::Hint(0))
}

/// Moves all areas in a range, with the gaps between them, to an address (`remap_move`).
fn move_all(k: &mut Kernel, mm: MmId, request: Remap, address: u64) -> Result<u64, Errno> {
    let pages = request.page..request.page.saturating_add(request.old_pages);
    let areas = area::within(k, mm, &pages);
    if areas.first().is_none_or(|&(start, _)| start > pages.start) {
        return Err(Errno::EFAULT);
    }
    for (start, vma) in areas {
        let page = start.max(pages.start);
        let count = pages.end.min(start + u64::from(vma.pages)) - page;
        let to = Some(Place::Fixed(address + ((page - pages.start) << PAGE_SHIFT)));
        let piece = Remap { page, old_pages: count, new_pages: count, to, ..request };
        let _ = check(k, mm, piece)?;
        let _ = move_to(k, mm, piece)?;
    }
    Ok(address >> PAGE_SHIFT)
}

/// The area that is meant, if it allows what is asked for (`check_prep_vma`).
fn check(k: &Kernel, mm: MmId, request: Remap) -> Result<(u64, Vma), Errno> {
    let Remap { page, old_pages, new_pages, to, .. } = request;
    let (start, vma) = area_at(k, mm, page)?;
    if to.is_none() && new_pages <= old_pages {
        return Ok((start, vma));
    }
    if old_pages == 0 && !vma.flags.contains(VmaFlags::SHARED) {
        return Err(Errno::EINVAL);
    }
    // What is taken away at the end may belong to others.
    if old_pages.min(new_pages) > start + u64::from(vma.pages) - page {
        return Err(Errno::EFAULT);
    }
    let file_page = u64::from(vma.file_page) + (page - start);
    if vma.ino != Ino(0) && file_page + new_pages > u64::from(u32::MAX) {
        return Err(Errno::EINVAL);
    }
    let more = new_pages.saturating_sub(old_pages);
    if more > 0 && !mlock::has_room(k, mm, vma.flags, more) {
        return Err(Errno::EAGAIN);
    }
    // What stays mapped behind a move is there twice.
    let more = if request.keeps { old_pages } else { more };
    if more > 0 && !limits::may_expand(k, mm, vma.flags, more) {
        return Err(Errno::ENOMEM);
    }
    Ok((start, vma))
}

fn area_at(k: &Kernel, mm: MmId, page: u64) -> Result<(u64, Vma), Errno> {
    let found = area::within(k, mm, &(page..page + 1));
    found.first().copied().ok_or(Errno::EFAULT)
}

/// Takes away what is too much at the end.
fn shrink(k: &mut Kernel, mm: MmId, request: Remap) -> Result<(), Errno> {
    let Remap { page, old_pages, new_pages, .. } = request;
    if new_pages == old_pages {
        return Ok(());
    }
    let end = page.checked_add(old_pages).filter(|&end| end <= place::USER_END >> PAGE_SHIFT).ok_or(Errno::EINVAL)?;
    area::unmap(k, mm, page + new_pages, end - (page + new_pages));
    Ok(())
}

/// Makes an area longer where it is, if it is meant up to its end and the pages behind it are free; tells whether it is
/// longer now.
fn extend(k: &mut Kernel, mm: MmId, request: Remap, (start, vma): (u64, Vma)) -> Result<bool, Errno> {
    let end = request.page + request.old_pages;
    let more = request.new_pages - request.old_pages;
    let free = !place::overlaps(k.state().mm(mm), end, more) && end + more <= place::USER_END >> PAGE_SHIFT;
    if end != start + u64::from(vma.pages) || !free {
        return Ok(false);
    }
    let pages = length(u64::from(vma.pages) + more)? - vma.pages;
    promise(k, mm, vma.flags, more)?;
    let skipped = if vma.ino == Ino(0) { 0 } else { vma.pages };
    area::insert(k, mm, end, Vma { pages, file_page: vma.file_page + skipped, ..vma });
    Ok(true)
}

/// Asks for the promise of so many pages more, if those of the area count (`vrm_calc_charge`).
fn promise(k: &Kernel, mm: MmId, flags: VmaFlags, pages: u64) -> Result<(), Errno> {
    let more = flags.contains(VmaFlags::ACCOUNT) && pages > 0;
    if more { overcommit::promise(k, Some(mm), pages) } else { Ok(()) }
}

/// The length of an area, which is kept in 32 bits.
fn length(pages: u64) -> Result<u32, Errno> {
    u32::try_from(pages).map_err(|_| Errno::ENOMEM)
}

/// Moves to a place that the caller names; what is there goes (`mremap_to`).
fn move_to(k: &mut Kernel, mm: MmId, request: Remap) -> Result<u64, Errno> {
    let place = request.to.unwrap_or(Place::Hint(0));
    if let Place::Fixed(address) = place {
        area::unmap(k, mm, address >> PAGE_SHIFT, request.new_pages);
    }
    if request.new_pages < request.old_pages {
        shrink(k, mm, request)?;
    }
    let old_pages = request.old_pages.min(request.new_pages);
    move_area(k, mm, Remap { old_pages, ..request }, place)
}

/// Maps an area at another place, with the leaf entries of the old one, which goes (`move_vma`).
fn move_area(k: &mut Kernel, mm: MmId, request: Remap, place: Place) -> Result<u64, Errno> {
    let Remap { page, old_pages, new_pages, keeps, .. } = request;
    let (start, vma) = area_at(k, mm, page)?;
    let space = k.state().mm(mm);
    let to = place::find(space, place, new_pages, k.stack_limit())?;
    if space.vmas.len() >= MAX_AREAS - SPARE_AREAS {
        return Err(Errno::ENOMEM);
    }
    let pages = length(new_pages)?;
    promise(k, mm, vma.flags, if keeps { new_pages } else { new_pages - old_pages })?;
    let old = page..page + old_pages;
    make_tables(k, mm, &old, to)?;
    let skipped = if vma.ino == Ino(0) { 0 } else { (page - start) as u32 };
    // The heap is where it was: what is moved away is no part of it.
    let flags = vma.flags.difference(VmaFlags::HEAP);
    area::insert(k, mm, to, Vma { pages, file_page: vma.file_page + skipped, flags, ..vma });
    move_leaves(k, mm, &old, to);
    if keeps {
        unlock(k, mm, page);
    } else if old_pages > 0 {
        area::unmap(k, mm, page, old_pages);
    }
    Ok(to)
}

/// The large leaves among some pages that can be moved as a whole to another place, each with where its first page is then.
fn large(k: &Kernel, mm: MmId, old: &Range<u64>, to: u64) -> Vec<(Leaf, u64)> {
    let leaves = huge::within(k.state(), mm, old).into_iter();
    let placed = leaves.map(|leaf| (leaf, to + (leaf.page - old.start)));
    placed.filter(|&(_, page)| huge::can_move(k, mm, page)).collect()
}

/// Makes the tables for the leaf entries of some pages at another place, where no area is.
fn make_tables(k: &mut Kernel, mm: MmId, old: &Range<u64>, to: u64) -> Result<(), Errno> {
    let made = reach_all(k, mm, old, to);
    if made.is_err() {
        let new = to..to + (old.end - old.start);
        let gap = table::gap_around(k, mm, &new);
        table::prune(k, mm, new, gap);
    }
    made
}

fn reach_all(k: &mut Kernel, mm: MmId, old: &Range<u64>, to: u64) -> Result<(), Errno> {
    loop {
        let whole = large(k, mm, old, to);
        for &(_, page) in &whole {
            let _ = table::reach_level(k, mm, page, 2)?;
        }
        let pgd = k.state().mm(mm).pgd();
        let in_whole = |page: u64| whole.iter().any(|(leaf, _)| leaf.page == huge::first_of(page));
        for leaf in table::leaves(&k.state().hardware.phys, pgd, old.clone()) {
            if !in_whole(leaf.page) {
                let _ = table::reach(k, mm, to + (leaf.page - old.start))?;
            }
        }
        // Making room for a table may have split one.
        if large(k, mm, old, to).len() == whole.len() {
            return Ok(());
        }
    }
}

/// Moves leaf entries; the tables for them are there (`move_page_tables`).
fn move_leaves(k: &mut Kernel, mm: MmId, old: &Range<u64>, to: u64) {
    for (leaf, page) in large(k, mm, old, to) {
        huge::move_to(k, mm, leaf, page);
    }
    let pgd = k.state().mm(mm).pgd();
    for leaf in table::leaves(&k.state().hardware.phys, pgd, old.clone()) {
        let page = to + (leaf.page - old.start);
        let pte = leaf.step.pte;
        table::set_leaf(k, mm, leaf, Pte::NONE);
        if pte.is_present() && k.state().frame(pte.frame()).usage.kind == FrameKind::Anon {
            swap::name(k, pte.frame(), FrameUse { kind: FrameKind::Anon, owner: mm.0, index: page as u32 });
        }
        let Ok(step) = table::reach(k, mm, page) else { unreachable!("the tables of page {page:#x} were made") };
        table::set_leaf(k, mm, Leaf { page, step: Step { pte: Pte::NONE, ..step } }, pte);
    }
}

/// What stays mapped behind a move is not locked any more (`dontunmap_complete`).
fn unlock(k: &mut Kernel, mm: MmId, page: u64) {
    let Ok((start, vma)) = area_at(k, mm, page) else { return };
    let flags = vma.flags.difference(VmaFlags::LOCKED | VmaFlags::LOCKONFAULT);
    if flags == vma.flags {
        return;
    }
    let pages = start..start + u64::from(vma.pages);
    for (page, piece) in area::cut_out(k, mm, &pages) {
        area::insert(k, mm, page, Vma { flags, ..piece });
    }
    let pgd = k.state().mm(mm).pgd();
    for leaf in table::leaves(&k.state().hardware.phys, pgd, pages) {
        if leaf.step.pte.is_present() {
            lru::relocate(k, leaf.step.pte.frame());
        }
    }
}
