//! The copy of an address space that `fork(2)` makes (`dup_mmap`, `copy_page_range`).
//!
//! Copied are the areas and, of private ones with pages of their own, the leaf entries, which lose their right to
//! write in both address spaces: whoever writes first copies the page. What the child can fault in again from the
//! page cache or as zeros is not copied, nor is what `madvise(2)` has kept from it (`MADV_DONTFORK`, `MADV_WIPEONFORK`).
//! Locks are not passed on.

use crate::abi::errno::Errno;
use crate::base::ids::MmId;
use crate::kernel::core::Kernel;
use crate::kernel::mm::table::Leaf;
use crate::kernel::mm::{huge, mlock, overcommit, space, table, tlb};
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
            for of_table in leaves.chunk_by(|a, b| huge::first_of(a.page) == huge::first_of(b.page)) {
                // A large one was copied as a whole.
                if !of_table[0].is_huge() {
                    copy_leaves(k, from, to, of_table)?;
                    ptes += of_table.len() as u32;
                }
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

/// Copies leaf entries of one table: nobody may write, and the copies were not accessed yet.
fn copy_leaves(k: &mut Kernel, from: MmId, to: MmId, leaves: &[Leaf]) -> Result<(), Errno> {
    let table = table::reach(k, to, leaves[0].page)?.table;
    let mut copies = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        // Making a table may have evicted the page.
        let pte = Pte(k.state().hardware.phys.read_u64(leaf.step.address()));
        let leaf = Leaf { step: Step { pte, ..leaf.step }, ..*leaf };
        let (kept, copy) = match pte.slot() {
            Some(_) => (pte.without(E), pte.without(E)),
            None => (pte.without(W), pte.without(W | A)),
        };
        table::set_leaf(k, from, leaf, kept);
        copies.push((leaf.step.index, leaf.page, copy));
        if !k.is_quiet() {
            k.fill_leaves(to, table, &copies);
            copies.clear();
        }
    }
    k.fill_leaves(to, table, &copies);
    Ok(())
}
