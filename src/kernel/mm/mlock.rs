//! Locking pages in memory: what may be locked, and the flags of areas (`mm/mlock.c`).
//!
//! An area is locked by its flags; its pages that are mapped stand in the list of those that are not evicted
//! ([`lru`]). Bringing the others in is [`populate`](super::populate)'s. fork does not pass locks on, and exec makes an
//! address space without any.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::abi::flags::{MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT};
use crate::base::ids::MmId;
use crate::base::units::PAGE_SHIFT;
use crate::kernel::core::Kernel;
use crate::kernel::mm::{area, lru, table};
use crate::kernel::vfs::permission;
use crate::trace::value::{MmField, Resource, Vma, VmaFlags};

/// The flags of an area that say that it is locked (`VM_LOCKED_MASK`).
pub const LOCK: VmaFlags = VmaFlags::LOCKED.union(VmaFlags::LOCKONFAULT);

/// Whether the current process may lock as much as it wants (`CAP_IPC_LOCK`, which root has).
fn is_privileged(k: &Kernel) -> bool {
    permission::user(k.state(), k.current_pid()).uid == 0
}

/// Pages that the current process may lock, unless it is privileged.
fn limit_pages(k: &Kernel) -> u64 {
    k.own_limit(Resource::Memlock) >> PAGE_SHIFT
}

/// Whether the current process may lock anything (`can_do_mlock`).
#[must_use]
pub fn is_allowed(k: &Kernel) -> bool {
    is_privileged(k) || k.own_limit(Resource::Memlock) != 0
}

/// Whether so many pages more may be locked, if these flags say that they are to be (`mlock_future_ok`).
#[must_use]
pub fn has_room(k: &Kernel, mm: MmId, flags: VmaFlags, pages: u64) -> bool {
    !flags.contains(VmaFlags::LOCKED) || is_privileged(k) || k.state().mm(mm).locked + pages <= limit_pages(k)
}

/// Whether a range of pages may be locked: what of it is locked already counts once (`do_mlock`).
#[must_use]
pub fn has_room_for_range(k: &Kernel, mm: MmId, range: &Range<u64>) -> bool {
    let locked = area::within(k, mm, range).into_iter().filter(|(_, vma)| vma.flags.contains(VmaFlags::LOCKED));
    let pages = |(start, vma): (u64, Vma)| range.end.min(start + u64::from(vma.pages)) - range.start.max(start);
    let already: u64 = locked.map(pages).sum();
    has_room(k, mm, VmaFlags::LOCKED, range.end - range.start - already)
}

/// Whether all areas may be locked.
#[must_use]
pub fn has_room_for_all(k: &Kernel, mm: MmId) -> bool {
    is_privileged(k) || k.state().mm(mm).total_pages <= limit_pages(k)
}

/// Gives the areas of a range of pages these of the flags of [`LOCK`], or takes them away (`apply_vma_lock_flags`).
///
/// # Errors
/// ENOMEM at the first page that no area holds, or where a split would make too many areas; what came before is changed
/// then.
pub fn set(k: &mut Kernel, mm: MmId, range: Range<u64>, flags: VmaFlags) -> Result<(), Errno> {
    if range.is_empty() {
        return Ok(());
    }
    let mut next = range.start;
    for (start, vma) in area::within(k, mm, &range) {
        if start > next {
            return Err(Errno::ENOMEM);
        }
        let end = range.end.min(start + u64::from(vma.pages));
        set_area(k, mm, (start, vma), next..end, flags)?;
        next = end;
    }
    if next < range.end { Err(Errno::ENOMEM) } else { Ok(()) }
}

/// Does what `mlockall(2)` says with the flags of areas, those that there are and those to come
/// (`apply_mlockall_flags`); 0 is `munlockall(2)`.
pub fn set_all(k: &mut Kernel, mm: MmId, mcl: u32) {
    let on_fault = if mcl & MCL_ONFAULT == 0 { VmaFlags::empty() } else { VmaFlags::LOCKONFAULT };
    let flags = |wanted: u32| if mcl & wanted == 0 { VmaFlags::empty() } else { VmaFlags::LOCKED | on_fault };
    let kept = default_flags(k, mm).difference(LOCK);
    k.set_mm_field(mm, MmField::DefFlags, u64::from((kept | flags(MCL_FUTURE)).bits()));
    if mcl & MCL_FUTURE != 0 && mcl & MCL_CURRENT == 0 {
        return;
    }
    let areas: Vec<(u64, Vma)> = k.state().mm(mm).vmas.iter().map(|(&page, &vma)| (page, vma)).collect();
    for (page, vma) in areas {
        // A whole area is never split, so nothing can fail.
        let _ = set_area(k, mm, (page, vma), page..page + u64::from(vma.pages), flags(MCL_CURRENT));
    }
}

/// The flags that areas get when they are mapped (`def_flags`).
#[must_use]
pub fn default_flags(k: &Kernel, mm: MmId) -> VmaFlags {
    VmaFlags::from_bits_retain(k.state().mm(mm).field(MmField::DefFlags) as u32)
}

/// Locks or unlocks a part of an area, and the pages of it that are mapped (`mlock_fixup`).
fn set_area(
    k: &mut Kernel,
    mm: MmId,
    (start, vma): (u64, Vma),
    part: Range<u64>,
    flags: VmaFlags,
) -> Result<(), Errno> {
    let to = vma.flags.difference(LOCK).union(flags);
    if to == vma.flags {
        return Ok(());
    }
    area::set_flags(k, mm, (start, vma), part.clone(), to)?;
    if to.contains(VmaFlags::LOCKED) != vma.flags.contains(VmaFlags::LOCKED) {
        let leaves = table::leaves(&k.state().hardware.phys, k.state().mm(mm).pgd(), part);
        for leaf in leaves.into_iter().filter(|leaf| leaf.step.pte.is_present()) {
            lru::relocate(k, leaf.step.pte.frame());
        }
    }
    Ok(())
}
