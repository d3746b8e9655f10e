//! The copy of an address space that `fork(2)` makes (`dup_mmap`, `copy_page_range`).
//!
//! Copied are the areas and, of private ones with pages of their own, the leaf entries, which lose their right to
//! write in both address spaces: whoever writes first copies the page. What the child can fault in again from the
//! page cache or as zeros is not copied, nor is what `madvise(2)` has kept from it (`MADV_DONTFORK`, `MADV_WIPEONFORK`).
//! Locks are not passed on.

use crate::abi::errno::Errno;
use crate::base::ids::MmId;
use crate::base::units::PAGE_SHIFT;
use crate::kernel::core::Kernel;
use crate::kernel::mm::table::Leaf;
use crate::kernel::mm::{huge, mlock, overcommit, populate, space, table, tlb};
use crate::machine::mmu::Step;
use crate::machine::pte::{A, E, Pte, W};
use crate::trace::event::Change;
use crate::trace::value::{FrameKind, Vma, VmaFlags};

/// The copy of an address space, and what it took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duplicate {
    /// The copy.
    pub mm: MmId,
    /// Leaf entries that were copied; the caller charges `clock::FORK_PTE` for each.
    pub ptes: u32,
    /// Tables that were made, the top one included.
    pub tables: u32,
}

/// Copies an address space.
///
/// # Errors
/// ENOMEM if no frame is left for a table, or no more memory is promised; then nothing is left of the copy, but the pages that were reached stay
/// write-protected in the original, as on Linux.
pub fn duplicate(k: &mut Kernel, from: MmId) -> Result<Duplicate, Errno> {
    let mm = space::create(k)?;
    let copied = copy(k, from, mm);
    tlb::flush_space(k, from);
    match copied {
        Ok(ptes) => Ok(Duplicate { mm, ptes, tables: k.state().mm(mm).tables }),
        Err(errno) => {
            space::release(k, mm);
            Err(errno)
        }
    }
}

fn copy(k: &mut Kernel, from: MmId, to: MmId) -> Result<u32, Errno> {
    space::copy_fields(k, from, to);
    let areas: Vec<(u64, Vma)> = k.state().mm(from).vmas.iter().map(|(&page, &vma)| (page, vma)).collect();
    let mut ptes = 0;
    for (page, vma) in areas.into_iter().filter(|(_, vma)| !vma.flags.contains(VmaFlags::DONTCOPY)) {
        if vma.flags.contains(VmaFlags::ACCOUNT) {
            overcommit::promise(k, Some(from), u64::from(vma.pages))?;
        }
        let copy = Vma { flags: vma.flags.difference(mlock::LOCK), ..vma };
        k.commit(Change::Vma { mm: to, page, vma: copy, from: false, to: true });
        let range = page..page + u64::from(vma.pages);
        let wiped = vma.flags.contains(VmaFlags::WIPEONFORK);
        for leaf in if wiped { Vec::new() } else { huge::within(k.state(), from, &range) } {
            ptes += u32::from(huge::copy(k, from, to, leaf.page)?);
        }
        let leaves = table::leaves(&k.state().hardware.phys, k.state().mm(from).pgd(), range);
        if needs_copy(k, vma, &leaves) {
            for leaf in leaves.into_iter().filter(|leaf| !leaf.is_huge()) {
                copy_leaf(k, from, to, leaf)?;
                ptes += 1;
            }
        }
    }
    Ok(ptes)
}

/// Whether a fault in the child could not bring the pages of an area back (`vma_needs_copy`).
// Linux: fork copies the entries of a file's area if it ever had private pages (anon_vma). Here: if it has some now,
// because no history is kept.
fn needs_copy(k: &Kernel, vma: Vma, leaves: &[Leaf]) -> bool {
    let is_private_page = |leaf: &Leaf| {
        let pte = leaf.step.pte;
        pte.slot().is_some() || k.state().frame(pte.frame()).usage.kind == FrameKind::Anon
    };
    !vma.flags.intersects(VmaFlags::SHARED | VmaFlags::WIPEONFORK) && leaves.iter().any(is_private_page)
}

/// Copies a leaf entry: nobody may write, and the copy was not accessed yet.
fn copy_leaf(k: &mut Kernel, from: MmId, to: MmId, leaf: Leaf) -> Result<(), Errno> {
    let step = table::reach(k, to, leaf.page)?;
    // Making a table may have evicted the page.
    let pte = populate::leaf_of(k, from, leaf.page << PAGE_SHIFT);
    let leaf = Leaf { step: Step { pte, ..leaf.step }, ..leaf };
    if pte.slot().is_some() {
        let shared = pte.without(E);
        table::set_leaf(k, from, leaf, shared);
        table::set_leaf(k, to, Leaf { page: leaf.page, step }, shared);
        return Ok(());
    }
    let protected: Pte = leaf.step.pte.without(W);
    table::set_leaf(k, from, leaf, protected);
    table::set_leaf(k, to, Leaf { page: leaf.page, step }, protected.without(A));
    Ok(())
}
