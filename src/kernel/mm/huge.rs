//! Large pages of private memory: 512 frames that one entry of level 2 names (`mm/huge_memory.c`, mode `madvise`).
//!
//! A program asks for them with `MADV_HUGEPAGE`. A fault in an aligned 2 MiB that lie within such an area, of which nothing is
//! mapped, gets 512 frames in a row and one entry; if there are no such frames, it gets a small page. Each of the frames is
//! a frame like any other, with its place in a list and its count of mappings, so that only the entry is special. It is
//! split into 512 small ones as soon as something concerns a part of it: [`table::set_leaf`] does that by itself.
//!
//! A first touch that reads gets 512 frames of zeros that all share. There is one such row at most; it is made when it is
//! first wanted, and goes when memory is short and nobody maps it ([`free_zeros`]).
//!
//! The table of level 1 that a split needs is put by with the page (`pgtable_trans_huge_deposit`), so that a split can not
//! fail: a frame of kind table with level 0. VmPTE counts it, as on Linux.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, Ino, MmId};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::boot::ZERO_FRAME;
use crate::kernel::core::Kernel;
use crate::kernel::mm::fault::Done;
use crate::kernel::mm::reclaim::{Need, watermark};
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::{lru, swap, tlb};
use crate::kernel::state::State;
use crate::machine::clock;
use crate::machine::mmu::{self, Step, Walk};
use crate::machine::pte::{self, A, D, PS, Pte, W};
use crate::trace::event::{Change, FaultResult, Note};
use crate::trace::value::{FrameFlags, FrameKind, FrameUse, LruList, Vma, VmaFlags};

/// Pages of a large one.
pub const PAGES: u64 = 512;

/// What the index of a table's frame says while the table is put by.
pub const DEPOSITED: u32 = 0;

/// The first of the 512 pages that a page belongs to.
#[must_use]
pub const fn first_of(page: u64) -> u64 {
    page & !(PAGES - 1)
}

/// The large leaf that translates a page, if one does; its `page` is the first of the 512, its word what stands there.
#[must_use]
pub fn find(state: &State, mm: MmId, page: u64) -> Option<Leaf> {
    let space = state.mm(mm);
    if space.deposited.is_empty() {
        return None;
    }
    match mmu::walk(&state.hardware.phys, space.pgd(), Vaddr(page << PAGE_SHIFT)) {
        Walk::Mapped { step, level: 2, .. } => Some(Leaf { page: first_of(page), step }),
        Walk::Mapped { .. } | Walk::Missing { .. } => None,
    }
}

/// The large leaves that lie wholly in a range of pages, as [`find`] gives them.
#[must_use]
pub fn within(state: &State, mm: MmId, pages: &Range<u64>) -> Vec<Leaf> {
    let space = state.mm(mm);
    if space.deposited.is_empty() {
        return Vec::new();
    }
    let mut found = table::large_leaves(&state.hardware.phys, space.pgd(), pages.clone());
    found.retain(|leaf| pages.start <= leaf.page && leaf.page + PAGES <= pages.end);
    found
}

/// Whether a leaf is part of a large one that lies wholly in a range of pages.
#[must_use]
pub fn lies_in(leaf: &Leaf, pages: &Range<u64>) -> bool {
    let first = first_of(leaf.page);
    leaf.is_huge() && pages.start <= first && first + PAGES <= pages.end
}

/// The frames of a large leaf.
fn frames(leaf: Leaf) -> impl Iterator<Item = Frame> + use<> {
    (0..PAGES as u32).map(move |i| Frame(leaf.step.pte.frame().0 + i))
}

/// Whether nobody but this large leaf can see any of its frames.
#[must_use]
pub fn is_exclusive(k: &Kernel, leaf: Leaf) -> bool {
    !is_zeros(k.state(), leaf) && frames(leaf).all(|frame| swap::is_exclusive(k, frame))
}

/// Whether a large leaf names the frames of zeros that all share.
fn is_zeros(state: &State, leaf: Leaf) -> bool {
    state.frame(leaf.step.pte.frame()).usage.kind == FrameKind::Zero
}

/// The first of the 512 frames of zeros that all share, if there are such (`huge_zero_folio`).
fn zeros(k: &Kernel) -> Option<Frame> {
    let heads = (1..=k.config.ram_frames / PAGES as u32).map(|row| Frame(row * PAGES as u32));
    let is_head =
        |frame: &Frame| k.state().frames.get(frame.0).is_some_and(|state| state.usage.kind == FrameKind::Zero);
    // Beside the small one, which is always there.
    if k.state().frame_counts.kinds[FrameKind::Zero as usize] > 1 { heads.into_iter().find(is_head) } else { None }
}

/// Frees the frames of zeros if nobody maps them (`shrink_huge_zero_folio_scan`); tells how many that were.
pub fn free_zeros(k: &mut Kernel) -> u32 {
    let Some(head) = zeros(k).filter(|&head| k.state().frame(head).maps == 0) else { return 0 };
    for i in 0..PAGES as u32 {
        k.free_frame(Frame(head.0 + i));
    }
    PAGES as u32
}

/// How many large pages there are, each once, however many address spaces map it whole (`NR_ANON_THPS`); the one of zeros
/// is none of them.
#[must_use]
pub fn count(state: &State) -> u64 {
    let all = state.mms.iter().flat_map(|(id, _)| within(state, MmId(id), &table::ALL_PAGES));
    let all = all.filter(|&leaf| !is_zeros(state, leaf));
    let mut heads: Vec<Frame> = all.map(|leaf| leaf.step.pte.frame()).collect();
    heads.sort_unstable();
    heads.dedup();
    heads.len() as u64
}

/// Whether an area could have large pages at all (`THPeligible`).
#[must_use]
pub fn is_eligible(start: u64, vma: &Vma) -> bool {
    let end = start + u64::from(vma.pages);
    wants(vma) && start.next_multiple_of(PAGES) + PAGES <= end
}

fn wants(vma: &Vma) -> bool {
    vma.flags.contains(VmaFlags::HUGEPAGE) && !vma.flags.contains(VmaFlags::SHARED) && vma.ino == Ino(0)
}

/// Serves a fault by a large page, if one is there or may come; none if it is a matter of small ones.
pub(super) fn serve(k: &mut Kernel, mm: MmId, (start, vma): (u64, Vma), page: u64, write: bool) -> Option<Done> {
    let Some(leaf) = find(k.state(), mm, page) else { return fresh(k, mm, (start, vma), page, write) };
    let frame = Frame(leaf.step.pte.frame().0 + (page - leaf.page) as u32);
    if !write || leaf.step.pte.has(W) {
        tlb::flush_page(k, mm, page);
        return Some(Done { result: FaultResult::Spurious, frame, source: Frame(0) });
    }
    if is_zeros(k.state(), leaf) {
        return replace_zeros(k, mm, vma, page, leaf);
    }
    if !is_exclusive(k, leaf) {
        // One page is copied, the others are shared on (`do_huge_pmd_wp_page`).
        let _ = split(k, mm, page);
        return None;
    }
    let task = k.current();
    if let Some(races) = &mut k.races {
        frames(leaf).for_each(|frame| races.forget_others(frame, task));
    }
    set(k, mm, leaf, leaf.step.pte.with(W | A | D));
    Some(Done { result: FaultResult::Reused, frame, source: Frame(0) })
}

/// The first touch: 512 frames of zeros in a row, own ones for a write, those that all share for a read, if the area is one
/// for large pages, nothing of it is mapped yet, and there are such frames (`do_huge_pmd_anonymous_page`).
// Linux: room is made and frames are moved together if there are no 512 in a row. Here: neither, as with the setting `never`
// of /sys/kernel/mm/transparent_hugepage/defrag, because no frame is ever moved.
fn fresh(k: &mut Kernel, mm: MmId, (start, vma): (u64, Vma), page: u64, write: bool) -> Option<Done> {
    let first = first_of(page);
    if !wants(&vma) || first < start || first + PAGES > start + u64::from(vma.pages) {
        return None;
    }
    let missing = match mmu::walk(&k.state().hardware.phys, k.state().mm(mm).pgd(), Vaddr(page << PAGE_SHIFT)) {
        Walk::Missing { level: level @ 2.., step } if step.pte.is_none() => u32::from(level) - 2,
        Walk::Missing { .. } | Walk::Mapped { .. } => return None,
    };
    let room = match zeros(k) {
        Some(_) if !write => Need { pages: 0, others: missing + 1 },
        Some(_) | None if write => Need { pages: PAGES as u32, others: missing + 1 },
        Some(_) | None => Need { pages: 0, others: PAGES as u32 + missing + 1 },
    };
    let made = if watermark::short(k, room) > 0 { None } else { map_fresh(k, mm, vma, page, write) };
    if made.is_none() {
        k.note(Note::NoLargePage { page });
    }
    made
}

fn map_fresh(k: &mut Kernel, mm: MmId, vma: Vma, page: u64, write: bool) -> Option<Done> {
    let first = first_of(page);
    let step = table::reach_level(k, mm, page, 2).ok()?;
    let deposit = k.take_frame(FrameKind::Table, mm.0, DEPOSITED)?;
    let leaf = Leaf { page: first, step };
    let head = if write { own(k, mm, vma, leaf) } else { map_zeros(k, mm, vma, leaf) };
    let Some(head) = head else {
        k.free_frame(deposit);
        return None;
    };
    let result = if write { FaultResult::Huge } else { FaultResult::HugeZeroPage };
    Some(Done { result, frame: Frame(head.0 + (page - first) as u32), source: Frame(0) })
}

/// Maps 512 fresh frames; gives the first.
fn own(k: &mut Kernel, mm: MmId, vma: Vma, leaf: Leaf) -> Option<Frame> {
    let head = k.take_frames_in_a_row(FrameKind::Anon, mm.0, leaf.page as u32)?;
    k.charge(PAGES * clock::ZERO_PAGE);
    let write = if vma.flags.contains(VmaFlags::WRITE) { W } else { 0 };
    set(k, mm, leaf, Pte::leaf(head, table::rights(vma.flags) | PS | D | write));
    for i in 0..PAGES as u32 {
        lru::insert_new(k, Frame(head.0 + i), vma.flags);
    }
    Some(head)
}

/// Maps the frames of zeros that all share, which are made if there are none; gives the first (`mm_get_huge_zero_folio`).
fn map_zeros(k: &mut Kernel, mm: MmId, vma: Vma, leaf: Leaf) -> Option<Frame> {
    let head = match zeros(k) {
        Some(head) => head,
        None => {
            let head = k.take_frames_in_a_row(FrameKind::Zero, 0, 0)?;
            k.charge(PAGES * clock::ZERO_PAGE);
            head
        }
    };
    set(k, mm, leaf, Pte::leaf(head, table::rights(vma.flags) | PS));
    Some(head)
}

/// A write to the frames of zeros that all share: own ones take their place, if there are such; else a small page is the
/// writer's own, and the others are the small one of zeros (`do_huge_zero_wp_pmd`).
fn replace_zeros(k: &mut Kernel, mm: MmId, vma: Vma, page: u64, leaf: Leaf) -> Option<Done> {
    let room = watermark::short(k, Need { pages: PAGES as u32, others: 0 }) == 0;
    let Some(head) = room.then(|| own(k, mm, vma, leaf)).flatten() else {
        k.note(Note::NoLargePage { page });
        let _ = split(k, mm, page);
        return None;
    };
    let frame = Frame(head.0 + (page - leaf.page) as u32);
    Some(Done { result: FaultResult::Huge, frame, source: Frame(0) })
}

/// Alters a large leaf as a whole; translations that were held of it are dropped.
pub(super) fn set(k: &mut Kernel, mm: MmId, leaf: Leaf, to: Pte) {
    let Step { table, index, pte } = leaf.step;
    if pte == to {
        return;
    }
    k.commit(Change::Pte { table, index, level: 2, mm, page: leaf.page, from: pte.0, to: to.0 });
    if pte.is_present() {
        flush(k, mm, leaf.page);
    }
}

// Linux: the TLB holds a translation of 2 MiB. Here: one of 4 KiB for each page of it that is touched, because an entry's
// place in the TLB is found from the page; a processor breaks large pages up likewise where it has no room for them.
fn flush(k: &mut Kernel, mm: MmId, first: u64) {
    for page in first..first + PAGES {
        tlb::flush_page(k, mm, page);
    }
}

/// Takes the right to write, or another mark, from whatever translates a page: from a large leaf as a whole.
pub fn unmark(k: &mut Kernel, mm: MmId, leaf: Leaf, bits: u64) {
    match find(k.state(), mm, leaf.page).filter(|_| leaf.is_huge()) {
        Some(large) => set(k, mm, large, large.step.pte.without(bits)),
        None => table::set_leaf(k, mm, leaf, leaf.step.pte.without(bits)),
    }
}

/// Makes 512 small leaves of the large one that translates a page, with the same rights and marks (`__split_huge_pmd`), if
/// one does; gives the entry of the page. Of the large page of zeros all become the small one.
// Linux: eviction splits the entry and then takes all 512 pages, or drops them at once if MADV_FREE has marked them. Here: it
// takes the one that is its turn, because pages are listed, counted and written one by one.
// Linux: the frames stay one compound page until memory is short. Here: they are single ones from now on, because each
// frame is counted and listed by itself anyway.
pub fn split(k: &mut Kernel, mm: MmId, page: u64) -> Step {
    if let Some(leaf) = find(k.state(), mm, page) {
        let frame = withdraw(k, mm);
        let usage = |index| Some(FrameUse { kind: FrameKind::Table, owner: mm.0, index });
        k.commit(Change::Frame { frame, from: usage(DEPOSITED), to: usage(1) });
        let Step { table, index, pte } = leaf.step;
        let to = Pte::table(frame).0;
        k.commit(Change::Pte { table, index, level: 2, mm, page: leaf.page, from: pte.0, to });
        let zeros = is_zeros(k.state(), leaf);
        for (index, of) in (0_u16..).zip(frames(leaf)) {
            let of = if zeros { ZERO_FRAME } else { of };
            let to = Pte::leaf(of, pte.0 & !pte::FRAME_MASK & !PS).0;
            let page = leaf.page + u64::from(index);
            k.commit(Change::Pte { table: frame, index, level: 1, mm, page, from: 0, to });
        }
        flush(k, mm, leaf.page);
    }
    table::step_of(k, mm, page)
}

/// Splits what a boundary between areas would cut.
pub(super) fn split_at(k: &mut Kernel, mm: MmId, boundary: u64) {
    if !boundary.is_multiple_of(PAGES) && find(k.state(), mm, boundary).is_some() {
        let _ = split(k, mm, boundary);
    }
}

/// A table that was put by.
fn withdraw(k: &Kernel, mm: MmId) -> Frame {
    *k.state().mm(mm).deposited.first().expect("a table is put by for each large leaf")
}

/// Unmaps a large leaf, and frees its frames unless others have them (`zap_huge_pmd`).
pub(super) fn clear(k: &mut Kernel, mm: MmId, leaf: Leaf) {
    set(k, mm, leaf, Pte::NONE);
    let deposit = withdraw(k, mm);
    k.free_frame(deposit);
    if is_zeros(k.state(), leaf) {
        return;
    }
    for frame in frames(leaf) {
        if k.state().frame(frame).maps == 0 {
            swap::put_frame(k, frame);
        } else {
            lru::unmapped(k, frame);
        }
    }
}

/// Lets a large page go when memory is short, unless it is written before; one that others have too stays as it is
/// (`madvise_free_huge_pmd`).
pub(super) fn free(k: &mut Kernel, mm: MmId, leaf: Leaf) {
    if !is_exclusive(k, leaf) || frames(leaf).any(|frame| k.state().frame(frame).slot.is_some()) {
        return;
    }
    set(k, mm, leaf, leaf.step.pte.without(A | D));
    for frame in frames(leaf) {
        mark_free(k, frame);
    }
}

/// Marks a private page that nobody else has as one that may be dropped: it needs no swap device, and stands among the
/// pages of files (`lru_lazyfree`).
pub(super) fn mark_free(k: &mut Kernel, frame: Frame) {
    let (flags, list) = (k.state().frame(frame).flags, k.state().frame(frame).list);
    let marks = FrameFlags::DIRTY | FrameFlags::REFERENCED;
    k.set_frame_flags(frame, flags.difference(marks).union(FrameFlags::LAZYFREE));
    if matches!(list, Some(LruList::ActiveAnon | LruList::InactiveAnon)) {
        lru::move_to(k, frame, LruList::InactiveFile);
    }
}

/// Whether a large leaf can be moved as a whole to where its first page shall be: nothing stands in the entry there.
#[must_use]
pub fn can_move(k: &Kernel, mm: MmId, to: u64) -> bool {
    let there = mmu::walk(&k.state().hardware.phys, k.state().mm(mm).pgd(), Vaddr(to << PAGE_SHIFT));
    to.is_multiple_of(PAGES) && matches!(there, Walk::Missing { level: 2.., step } if step.pte.is_none())
}

/// Moves a large leaf to another place, the tables above which are there (`move_huge_pmd`).
pub(super) fn move_to(k: &mut Kernel, mm: MmId, leaf: Leaf, to: u64) {
    let named = |k: &mut Kernel| {
        for (frame, page) in frames(leaf).zip(to as u32..) {
            swap::name(k, frame, FrameUse { kind: FrameKind::Anon, owner: mm.0, index: page });
        }
    };
    let own = !is_zeros(k.state(), leaf);
    set(k, mm, leaf, Pte::NONE);
    if own {
        named(k);
    }
    let Ok(step) = table::reach_level(k, mm, to, 2) else { unreachable!("the tables above page {to:#x} were made") };
    set(k, mm, Leaf { page: to, step }, leaf.step.pte);
}

/// Copies a large leaf for a fork (`copy_huge_pmd`): nobody may write, and the copy was not accessed yet. Tells whether it
/// did; if making room for its tables split the page, small ones are to be copied.
///
/// # Errors
/// ENOMEM if no frame is left for a table.
pub(super) fn copy(k: &mut Kernel, from: MmId, to: MmId, page: u64) -> Result<bool, Errno> {
    let step = table::reach_level(k, to, page, 2)?;
    let deposit = k.take_frame_busily(FrameKind::Table, to.0, DEPOSITED).ok_or(Errno::ENOMEM)?;
    let Some(leaf) = find(k.state(), from, page) else {
        k.free_frame(deposit);
        return Ok(false);
    };
    let protected = leaf.step.pte.without(W);
    set(k, from, leaf, protected);
    set(k, to, Leaf { page, step }, protected.without(A));
    Ok(true)
}
