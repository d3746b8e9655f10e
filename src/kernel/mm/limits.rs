//! How large an address space may become: RLIMIT_AS and RLIMIT_DATA (`may_expand_vm` in `mm/mmap.c`).

use crate::base::ids::MmId;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::core::Kernel;
use crate::kernel::task::limits::UNLIMITED;
use crate::trace::value::{MmField, Resource, Rlimit, VmaFlags};

/// A limit of the current process; none while the machine boots.
fn limit(k: &Kernel, resource: Resource) -> Rlimit {
    let task = k.state().tasks.get(&k.current());
    let process = task.and_then(|task| k.state().processes.get(&task.tgid));
    let none = Rlimit { soft: UNLIMITED, hard: UNLIMITED };
    process.map_or(none, |process| process.rlimits[resource as usize])
}

/// Whether an area counts as data: private, written, and no stack (`is_data_mapping`).
#[must_use]
pub fn is_data(flags: VmaFlags) -> bool {
    flags.contains(VmaFlags::WRITE) && !flags.intersects(VmaFlags::SHARED | VmaFlags::GROWSDOWN)
}

/// Whether an address space may have so many pages of such areas more.
///
/// An RLIMIT_DATA of 0 is looked at only up to its hard limit, as valgrind sets it to learn of each brk.
#[must_use]
pub fn may_expand(k: &Kernel, mm: MmId, flags: VmaFlags, pages: u64) -> bool {
    let space = k.state().mm(mm);
    if space.total_pages + pages > limit(k, Resource::As).soft >> PAGE_SHIFT {
        return false;
    }
    let data = limit(k, Resource::Data);
    let bound = if data.soft == 0 { data.hard } else { data.soft };
    !is_data(flags) || space.data + pages <= bound >> PAGE_SHIFT
}

/// Whether the heap may end at an address: the program's data counts with it (`check_data_rlimit`).
#[must_use]
pub fn may_end_heap(k: &Kernel, mm: MmId, end: u64) -> bool {
    let space = k.state().mm(mm);
    let heap = end - space.field(MmField::StartBrk);
    let data = space.field(MmField::EndData) - space.field(MmField::StartData);
    let bound = limit(k, Resource::Data).soft;
    bound == UNLIMITED || heap + data <= bound
}

/// Whether a stack may have so many pages (`acct_stack_growth`).
#[must_use]
pub fn may_be_stack(k: &Kernel, pages: u64) -> bool {
    pages <= k.stack_limit() / PAGE_SIZE
}
