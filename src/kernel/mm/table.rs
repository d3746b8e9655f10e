//! Page tables: finding leaf entries, making and freeing the tables on the way to them.
//!
//! Tables lie in frames of their own; a word of them changes by `Change::Pte` only. Which frames a leaf may name and
//! with which rights is for the callers to say.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, MmId};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::{huge, lru, place, swap, tlb};
use crate::machine::mmu::{self, Step, Walk};
use crate::machine::phys::Phys;
use crate::machine::pte::{self, Pte};
use crate::trace::event::Change;
use crate::trace::value::{FrameKind, VmaFlags};

/// A leaf entry that is not empty. One of the 512 pages of a large leaf has the word that a small leaf for it would have,
/// with `PS`; altering it splits the large one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// The virtual page it translates.
    pub page: u64,
    /// Where it lies, and its word.
    pub step: Step,
}

impl Leaf {
    /// Whether it is part of a large leaf.
    #[must_use]
    pub const fn is_huge(&self) -> bool {
        self.step.pte.has(pte::P | pte::PS)
    }

    /// The leaf of one of the pages of a large leaf, of which `step` is the entry and `first` the first page.
    const fn part(page: u64, first: u64, step: Step) -> Self {
        Self { page, step: Step { pte: Pte(step.pte.0 + ((page - first) << PAGE_SHIFT)), ..step } }
    }
}

/// A table of an address space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableAt {
    /// Its frame.
    pub frame: Frame,
    /// Its level, 4 for the top one.
    pub level: u8,
    /// The first page that it translates.
    pub page: u64,
    /// The entry that names it; the default one for the top table.
    pub above: Step,
}

/// All pages that an address space can have.
pub const ALL_PAGES: Range<u64> = 0..1 << 35;

/// How many pages one entry of a table of this level translates.
#[must_use]
pub const fn span(level: u8) -> u64 {
    1 << (9 * (level as u32 - 1))
}

/// The entries of a table, from an index to before another.
#[must_use]
pub fn entries(phys: &Phys, table: Frame, indices: Range<u64>) -> Vec<Pte> {
    let mut bytes = [0; PAGE_SIZE as usize];
    let bytes = &mut bytes[..8 * (indices.end - indices.start) as usize];
    phys.read(table, 8 * indices.start as u16, bytes);
    bytes.as_chunks::<8>().0.iter().map(|&word| Pte(u64::from_le_bytes(word))).collect()
}

/// The leaf entries in a range of pages that are not empty, in rising order; each page of a large one for itself.
#[must_use]
pub fn leaves(phys: &Phys, top: Frame, pages: Range<u64>) -> Vec<Leaf> {
    let mut found = Vec::new();
    visit(phys, TableAt { frame: top, level: 4, page: 0, above: Step::default() }, &pages, &mut |at, step| {
        let first = at.page + u64::from(step.index) * span(at.level);
        if at.level == 1 {
            found.push(Leaf { page: first, step });
        } else if step.pte.is_leaf(at.level) {
            let own = first.max(pages.start)..(first + span(at.level)).min(pages.end);
            found.extend(own.map(|page| Leaf::part(page, first, step)));
        }
    });
    found
}

/// The large leaves that reach into a range of pages, by the first page of each, with what stands in their entry.
#[must_use]
pub fn large_leaves(phys: &Phys, top: Frame, pages: Range<u64>) -> Vec<Leaf> {
    let mut found = Vec::new();
    visit(phys, TableAt { frame: top, level: 4, page: 0, above: Step::default() }, &pages, &mut |at, step| {
        if at.level > 1 && step.pte.is_leaf(at.level) {
            found.push(Leaf { page: at.page + u64::from(step.index) * span(at.level), step });
        }
    });
    found
}

/// The leaf entry of a page, empty or not, if the tables reach down to one.
#[must_use]
pub fn leaf_at(phys: &Phys, top: Frame, page: u64) -> Option<Leaf> {
    match mmu::walk(phys, top, Vaddr(page << PAGE_SHIFT)) {
        Walk::Mapped { step, level: 2, .. } => Some(Leaf::part(page, huge::first_of(page), step)),
        walk @ (Walk::Mapped { .. } | Walk::Missing { .. }) => walk.leaf().map(|step| Leaf { page, step }),
    }
}

/// The tables that translate any of a range of pages, each before those below it.
#[must_use]
pub fn tables(phys: &Phys, top: Frame, pages: Range<u64>) -> Vec<TableAt> {
    let top = TableAt { frame: top, level: 4, page: 0, above: Step::default() };
    let mut found = vec![top];
    visit(phys, top, &pages, &mut |at, step| {
        if at.level > 1 && !step.pte.is_leaf(at.level) {
            let page = at.page + u64::from(step.index) * span(at.level);
            found.push(TableAt { frame: step.pte.frame(), level: at.level - 1, page, above: step });
        }
    });
    found
}

/// Shows each entry in a range of pages that is not empty, with the table it stands in; an entry before those below.
fn visit(phys: &Phys, at: TableAt, pages: &Range<u64>, show: &mut impl FnMut(TableAt, Step)) {
    let span = span(at.level);
    let first = pages.start.max(at.page) - at.page;
    let end = pages.end.min(at.page + 512 * span).saturating_sub(at.page);
    let indices = first / span..end.div_ceil(span).max(first / span);
    for (index, pte) in indices.clone().zip(entries(phys, at.frame, indices)) {
        if pte.is_none() {
            continue;
        }
        let step = Step { table: at.frame, index: index as u16, pte };
        show(at, step);
        if !pte.is_leaf(at.level) {
            let page = at.page + index * span;
            visit(phys, TableAt { frame: pte.frame(), level: at.level - 1, page, above: step }, pages, show);
        }
    }
}

/// The leaf entry of a page; makes the tables that are missing on the way to it.
///
/// # Errors
/// ENOMEM if no frame is left for a table.
pub fn reach(k: &mut Kernel, mm: MmId, page: u64) -> Result<Step, Errno> {
    reach_level(k, mm, page, 1)
}

/// The entry of a level (3 to 1) on the way to a page; makes the tables that are missing above it.
///
/// # Errors
/// ENOMEM if no frame is left for a table.
pub fn reach_level(k: &mut Kernel, mm: MmId, page: u64, to: u8) -> Result<Step, Errno> {
    let address = page << PAGE_SHIFT;
    let mut table = k.state().mm(mm).pgd();
    for level in (to + 1..=4).rev() {
        let step = step_at(k, table, level, address);
        if step.pte.has(pte::P | pte::PS) {
            return Ok(huge::split(k, mm, page));
        }
        table = if step.pte.is_present() {
            step.pte.frame()
        } else {
            let below = k.take_frame_busily(FrameKind::Table, mm.0, u32::from(level) - 1).ok_or(Errno::ENOMEM)?;
            commit_entry(k, mm, level, mmu::first_page(level, address), step, Pte::table(below));
            below
        };
    }
    Ok(step_at(k, table, to, address))
}

/// The entry of level 1 of a page, whose tables are there.
pub(super) fn step_of(k: &Kernel, mm: MmId, page: u64) -> Step {
    let found = leaf_at(&k.state().hardware.phys, k.state().mm(mm).pgd(), page);
    found.expect("the tables reach down to the page").step
}

fn step_at(k: &Kernel, table: Frame, level: u8, address: u64) -> Step {
    let mut step = Step { table, index: mmu::index_at(level, address), pte: Pte::NONE };
    step.pte = Pte(k.state().hardware.phys.read_u64(step.address()));
    step
}

fn commit_entry(k: &mut Kernel, mm: MmId, level: u8, page: u64, step: Step, to: Pte) {
    let Step { table, index, pte } = step;
    k.commit(Change::Pte { table, index, level, mm, page, from: pte.0, to: to.0 });
}

/// Alters a leaf entry; a translation that was held of it is dropped.
pub fn set_leaf(k: &mut Kernel, mm: MmId, mut leaf: Leaf, mut to: Pte) {
    if leaf.is_huge() {
        leaf.step = huge::split(k, mm, leaf.page);
    }
    if to.is_present() {
        // What is altered of a page of a large leaf is its small one.
        to = to.without(pte::PS);
    }
    if leaf.step.pte == to {
        return;
    }
    commit_entry(k, mm, 1, leaf.page, leaf.step, to);
    if leaf.step.pte.is_present() {
        tlb::flush_page(k, mm, leaf.page);
    }
}

/// Empties a leaf entry, and frees its frame or slot if that was private memory that nobody else has.
pub fn clear_leaf(k: &mut Kernel, mm: MmId, leaf: Leaf) {
    set_leaf(k, mm, leaf, Pte::NONE);
    if let Some(slot) = leaf.step.pte.slot() {
        swap::put_slot(k, slot);
    }
    if leaf.step.pte.is_present() {
        let frame = leaf.step.pte.frame();
        let state = k.state().frame(frame);
        if state.usage.kind == FrameKind::Anon && state.maps == 0 {
            swap::put_frame(k, frame);
        } else {
            lru::unmapped(k, frame);
        }
    }
}

/// Frees the tables that translate some of `pages` and nothing outside `gap`; all their entries are empty.
///
/// Linux does the same when areas go (`free_pgtables` in `mm/memory.c`): `gap` reaches from the area below to the one
/// above. The top table stays.
pub fn prune(k: &mut Kernel, mm: MmId, pages: Range<u64>, gap: Range<u64>) {
    let found = tables(&k.state().hardware.phys, k.state().mm(mm).pgd(), pages);
    for at in found.into_iter().rev() {
        let end = at.page + 512 * span(at.level);
        if at.level < 4 && gap.start <= at.page && end <= gap.end {
            commit_entry(k, mm, at.level + 1, at.page, at.above, Pte::NONE);
            k.free_frame(at.frame);
        }
    }
}

/// Frees the lowest tables that translate nothing outside a range of pages and are empty.
pub fn prune_lowest(k: &mut Kernel, mm: MmId, pages: Range<u64>) {
    let found = tables(&k.state().hardware.phys, k.state().mm(mm).pgd(), pages.clone());
    for at in found.into_iter().filter(|at| at.level == 1 && pages.start <= at.page && at.page + 512 <= pages.end) {
        if entries(&k.state().hardware.phys, at.frame, 0..512).iter().all(|pte| pte.is_none()) {
            commit_entry(k, mm, 2, at.page, at.above, Pte::NONE);
            k.free_frame(at.frame);
        }
    }
}

/// The gap around a range of pages without areas: to the end of the area below and the start of the one above.
#[must_use]
pub fn gap_around(k: &Kernel, mm: MmId, pages: &Range<u64>) -> Range<u64> {
    let vmas = &k.state().mm(mm).vmas;
    let below = vmas.range(..pages.start).next_back().map_or(0, |(&start, vma)| start + u64::from(vma.pages));
    let above = vmas.range(pages.start..).next().map_or(ALL_PAGES.end, |(&start, _)| start);
    below..above
}

/// The bits that the pages of an area have whatever frame they name: `U`, `NX`, and `A`, which Linux sets in advance.
// Linux: a page of an area without any rights has P clear and bit 8 set (_PAGE_PROTNONE). Here: it has U clear,
// because what is present is what is counted as mapped; the error code of a touch has its P bit set therefore.
#[must_use]
pub fn rights(flags: VmaFlags) -> u64 {
    let user = if place::is_accessible(flags) { pte::U } else { 0 };
    let never_executed = if flags.contains(VmaFlags::EXEC) { 0 } else { pte::NX };
    user | never_executed | pte::A
}
