//! Changing what may be done with areas (`mprotect_fixup`).

use crate::abi::errno::Errno;
use crate::base::ids::MmId;
use crate::kernel::core::Kernel;
use crate::kernel::mm::area;
use crate::kernel::mm::{huge, swap, table};
use crate::machine::pte::{A, D, PS, Pte, W};
use crate::trace::value::{FrameKind, InodeKind, Vma, VmaFlags};

/// The rights among the flags of an area.
const RIGHTS: VmaFlags = VmaFlags::READ.union(VmaFlags::WRITE).union(VmaFlags::EXEC);

/// Gives the areas from a page to before another these rights.
///
/// # Errors
/// ENOMEM at the first page that no area holds, EACCES at the first area whose file does not allow it, ENOMEM at the
/// first area that would need more memory than there is; what came before is changed then.
pub fn protect(k: &mut Kernel, mm: MmId, page: u64, end: u64, rights: VmaFlags) -> Result<(), Errno> {
    let mut next = page;
    for (start, vma) in area::within(k, mm, &(page..end)) {
        if start > next {
            return Err(Errno::ENOMEM);
        }
        let piece_end = end.min(start + u64::from(vma.pages));
        protect_area(k, mm, next, piece_end, vma, rights)?;
        next = piece_end;
    }
    if next < end { Err(Errno::ENOMEM) } else { Ok(()) }
}

/// Gives the part of an area from a page to before another these rights.
fn protect_area(k: &mut Kernel, mm: MmId, page: u64, end: u64, vma: Vma, rights: VmaFlags) -> Result<(), Errno> {
    let flags = vma.flags.difference(RIGHTS).union(rights);
    if flags == vma.flags {
        return Ok(());
    }
    if flags.contains(VmaFlags::WRITE | VmaFlags::SHARED | VmaFlags::NEVER_WRITE) {
        return Err(Errno::EACCES);
    }
    if area::is_accountable(flags) && !area::is_accountable(vma.flags) && !area::is_enough(k, end - page) {
        return Err(Errno::ENOMEM);
    }
    for (page, piece) in area::cut_out(k, mm, &(page..end)) {
        area::insert(k, mm, page, Vma { flags, ..piece });
    }
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
