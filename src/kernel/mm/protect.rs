//! Changing what may be done with areas (`mprotect_fixup`).

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, MmId};
use crate::kernel::core::Kernel;
use crate::kernel::mm::area;
use crate::kernel::mm::{huge, limits, overcommit, swap, table};
use crate::machine::pte::{A, D, PS, Pte, W};
use crate::trace::value::{FrameKind, InodeKind, Vma, VmaFlags};

/// The rights among the flags of an area.
const RIGHTS: VmaFlags = VmaFlags::READ.union(VmaFlags::WRITE).union(VmaFlags::EXEC);

/// Gives the areas from a page to before another these rights.
///
/// # Errors
/// ENOMEM at the first page that no area holds, EACCES at the first area whose file does not allow it, ENOMEM at the
/// first area that would need more memory than there is, or a split too many; what came before is changed then.
pub fn protect(k: &mut Kernel, mm: MmId, page: u64, end: u64, rights: VmaFlags) -> Result<(), Errno> {
    let mut next = page;
    for (start, vma) in area::within(k, mm, &(page..end)) {
        if start > next {
            return Err(Errno::ENOMEM);
        }
        let piece_end = end.min(start + u64::from(vma.pages));
        protect_area(k, mm, (start, vma), next..piece_end, rights)?;
        next = piece_end;
    }
    if next < end { Err(Errno::ENOMEM) } else { Ok(()) }
}

/// Gives a part of an area these rights.
fn protect_area(
    k: &mut Kernel,
    mm: MmId,
    (start, vma): (u64, Vma),
    Range { start: page, end }: Range<u64>,
    rights: VmaFlags,
) -> Result<(), Errno> {
    let mut flags = vma.flags.difference(RIGHTS).union(rights);
    if flags == vma.flags {
        return Ok(());
    }
    if flags.contains(VmaFlags::WRITE | VmaFlags::SHARED | VmaFlags::NEVER_WRITE) {
        return Err(Errno::EACCES);
    }
    let pages = end - page;
    if flags.contains(VmaFlags::WRITE) {
        // An area that becomes data has to fit; one that was data before does not grow.
        if !limits::may_expand(k, mm, flags, pages) && limits::may_expand(k, mm, vma.flags, pages) {
            return Err(Errno::ENOMEM);
        }
        if !vma.flags.intersects(VmaFlags::ACCOUNT | VmaFlags::WRITE | VmaFlags::SHARED | VmaFlags::NORESERVE) {
            overcommit::promise(k, Some(mm), pages)?;
            flags |= VmaFlags::ACCOUNT;
        }
    } else if vma.flags.contains(VmaFlags::ACCOUNT) && vma.ino == Ino(0) && !has_private_pages(k, mm, start, vma) {
        flags.remove(VmaFlags::ACCOUNT);
    }
    area::set_flags(k, mm, (start, vma), page..end, flags)?;
    let kept = |pte: Pte, write: bool| {
        let write = if write { W } else { 0 };
        Pte::leaf(pte.frame(), table::rights(flags) & !A | pte.0 & (A | D | PS) | write)
    };
    for leaf in huge::within(k.state(), mm, &(page..end)) {
        let write = flags.contains(VmaFlags::WRITE) && huge::is_exclusive(k, leaf);
        huge::set(k, mm, leaf, kept(leaf.step.pte, write));
    }
    let leaves = table::leaves(&k.state().hardware.phys, k.state().mm(mm).pgd(), page..end);
    for leaf in leaves.into_iter().filter(|leaf| leaf.step.pte.is_present() && !leaf.is_huge()) {
        let write = may_write_at_once(k, Vma { flags, ..vma }, leaf.step.pte);
        table::set_leaf(k, mm, leaf, kept(leaf.step.pte, write));
    }
    Ok(())
}

/// Whether private memory has pages of its own: then what it was promised stays promised, even if it may not be written.
// Linux: an area keeps its promise for good once it had a private page (anon_vma). Here: as long as it has one, because no
// history is kept.
fn has_private_pages(k: &Kernel, mm: MmId, start: u64, vma: Vma) -> bool {
    let range = start..start + u64::from(vma.pages);
    table::leaves(&k.state().hardware.phys, k.state().mm(mm).pgd(), range).iter().any(|leaf| {
        let pte = leaf.step.pte;
        pte.slot().is_some() || pte.is_present() && k.state().frame(pte.frame()).usage.kind == FrameKind::Anon
    })
}

/// Whether private locked pages in a range become writable by these rights: then they get their copies at once, so that
/// no write has to wait (`mprotect_fixup`).
#[must_use]
pub fn copies_locked(k: &Kernel, mm: MmId, range: &Range<u64>, rights: VmaFlags) -> bool {
    let read_only =
        |flags: VmaFlags| flags.contains(VmaFlags::LOCKED) && !flags.intersects(VmaFlags::WRITE | VmaFlags::SHARED);
    rights.contains(VmaFlags::WRITE) && area::within(k, mm, range).iter().any(|(_, vma)| read_only(vma.flags))
}

/// Whether a page becomes writable without a fault (`can_change_pte_writable`).
// Linux: mprotect makes a private page writable at once if it has its exclusive mark, which a fork takes for good.
// Here: if it is mapped once, because that mark is not kept; a page that a dead child once shared costs a fault less.
fn may_write_at_once(k: &Kernel, vma: Vma, pte: Pte) -> bool {
    if !vma.flags.contains(VmaFlags::WRITE) {
        return false;
    }
    if vma.flags.contains(VmaFlags::SHARED) {
        return k.state().inode(vma.ino).inode.kind == InodeKind::Memory || pte.has(D);
    }
    k.state().frame(pte.frame()).usage.kind == FrameKind::Anon && swap::is_exclusive(k, pte.frame())
}
