//! `brk(2)`: moves the end of the heap.

use crate::base::ids::MmId;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::populate::{self, OnError};
use crate::kernel::mm::{self, MapRequest, limits, mlock, place};
use crate::kernel::stop::SysResult;
use crate::trace::value::{MmField, VmaFlags};

/// The heap's area: read and written, never executed.
const HEAP: VmaFlags = VmaFlags::READ.union(VmaFlags::WRITE).union(VmaFlags::HEAP);

/// `brk(addr)`: where the heap ends now, which is where it ended before if it can not be moved.
///
/// # Errors
/// None.
pub fn sys_brk(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let mm = k.current_mm();
    let wanted = args[0];
    let resumed = populate::resumed(k);
    let from = resumed.unwrap_or(end_page(k, mm));
    if resumed.is_none() && move_brk(k, mm, wanted) {
        k.set_mm_field(mm, MmField::Brk, wanted);
    }
    let end = end_page(k, mm);
    if from < end && mlock::default_flags(k, mm).contains(VmaFlags::LOCKED) {
        populate::areas(k, mm, from..end, OnError::NextArea)?;
    }
    Ok(k.state().mm(mm).field(MmField::Brk))
}

/// The first page behind the heap.
fn end_page(k: &Kernel, mm: MmId) -> u64 {
    k.state().mm(mm).field(MmField::Brk).div_ceil(PAGE_SIZE)
}

/// Maps or unmaps what lies between the old end and a new one; tells whether that could be done.
fn move_brk(k: &mut Kernel, mm: MmId, wanted: u64) -> bool {
    let space = k.state().mm(mm);
    if wanted < space.field(MmField::StartBrk) || wanted > place::USER_END {
        return false;
    }
    if !limits::may_end_heap(k, mm, wanted) {
        return false;
    }
    let old = space.field(MmField::Brk).div_ceil(PAGE_SIZE);
    let new = wanted.div_ceil(PAGE_SIZE);
    if new <= old {
        if new < old {
            mm::unmap(k, mm, new, old - new);
        }
        return true;
    }
    // A page stays free above the heap, and the guard gap of a stack.
    let above = space.vmas.range(old..).next().map(|(&start, vma)| place::floor_of(start, vma));
    let blocked = place::overlaps(space, old, new - old) || above.is_some_and(|above| new + 1 > above);
    let flags = HEAP | mlock::default_flags(k, mm);
    if blocked || !mlock::has_room(k, mm, flags, new - old) {
        return false;
    }
    let Ok(pages) = u32::try_from(new - old) else { return false };
    let request = MapRequest { pages, flags, ..MapRequest::fixed(Vaddr(old << PAGE_SHIFT)) };
    mm::map(k, mm, request).is_ok()
}
