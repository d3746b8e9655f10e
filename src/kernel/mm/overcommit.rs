//! Overcommit: how much memory is promised, and whether more is (`__vm_enough_memory` in `mm/util.c`).
//!
//! Promised are the pages of private areas that may be written, of shared memory as a whole, and of each file in memory
//! those that it has. `vm.overcommit_memory` says what that means: 0 refuses only a request for more than the machine
//! has, 1 nothing, 2 what the promises of all would exceed. How much is promised is counted with the areas
//! ([`State::committed`](crate::kernel::state::State)).

use crate::abi::errno::Errno;
use crate::base::ids::MmId;
use crate::kernel::core::Kernel;
use crate::kernel::vfs::permission;
use crate::trace::value::{Sysctl, VmaFlags};

/// All is promised (`OVERCOMMIT_ALWAYS`).
const ALWAYS: u64 = 1;
/// No more is promised than there is (`OVERCOMMIT_NEVER`).
pub const NEVER: u64 = 2;
/// Pages that only root gets where no more is promised than there is, at most (8 MiB of `vm.admin_reserve_kbytes`).
const ADMIN_RESERVE: u64 = 2048;
/// Pages that one process leaves to the others there, at most (128 MiB of `vm.user_reserve_kbytes`).
const USER_RESERVE: u64 = 32_768;

/// Whether the pages of an area are promised (`accountable_mapping`): it may come to need frames of its own.
#[must_use]
pub fn is_accountable(flags: VmaFlags) -> bool {
    flags.contains(VmaFlags::WRITE) && !flags.intersects(VmaFlags::SHARED | VmaFlags::NORESERVE)
}

/// Whether programs may say that memory is not to be promised (`MAP_NORESERVE`).
#[must_use]
pub fn honours_noreserve(k: &Kernel) -> bool {
    k.state().sysctl(Sysctl::OvercommitMemory) != NEVER
}

/// Pages that can be promised in all where no more is promised than there is (`vm_commit_limit`).
#[must_use]
pub fn limit(k: &Kernel) -> u64 {
    u64::from(k.config.ram_frames) * k.state().sysctl(Sysctl::OvercommitRatio) / 100 + u64::from(k.config.swap_slots)
}

/// Asks for the promise of so many pages more, on behalf of an address space.
///
/// # Errors
/// ENOMEM.
pub fn promise(k: &Kernel, mm: Option<MmId>, pages: u64) -> Result<(), Errno> {
    let granted = match k.state().sysctl(Sysctl::OvercommitMemory) {
        ALWAYS => true,
        NEVER => is_within_limit(k, mm, pages),
        _ => pages <= u64::from(k.config.ram_frames) + u64::from(k.config.swap_slots),
    };
    if granted { Ok(()) } else { Err(Errno::ENOMEM) }
}

/// Whether the limit holds with so many pages more. Something stays reserved for root, and something so that one process
/// can not take everything; both are a thirty-second of the memory at most.
fn is_within_limit(k: &Kernel, mm: Option<MmId>, pages: u64) -> bool {
    let share = u64::from(k.config.ram_frames) / 32;
    let task = k.state().tasks.get(&k.current());
    let root = task.is_none_or(|task| permission::user(k.state(), task.tgid).uid == 0);
    let for_root = if root { 0 } else { share.min(ADMIN_RESERVE) };
    let for_others = mm.map_or(0, |mm| (k.state().mm(mm).total_pages / 32).min(share.min(USER_RESERVE)));
    k.state().committed + pages + for_root + for_others < limit(k)
}
