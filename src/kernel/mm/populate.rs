//! Faulting pages in before they are touched (`populate_vma_page_range`).

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, MmId};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::fault::{Refusal, attempt};
use crate::kernel::mm::place;
use crate::kernel::stop::{Stop, SysResult};
use crate::machine::mmu;
use crate::machine::pte::{Pte, W};
use crate::machine::trap::CODE_W;
use crate::trace::value::VmaFlags;

/// Faults in what is not mapped in a range of pages: private writable areas as by a write, others as by a read.
///
/// # Errors
/// [`Stop::Sleeps`] while a page comes from the disk, to be called again; ENOMEM if no frame is left or no area holds a
/// page, EFAULT if a page may not be touched.
pub fn populate(k: &mut Kernel, mm: MmId, page: u64, pages: u64) -> SysResult<()> {
    for page in page..page + pages {
        let address = page << PAGE_SHIFT;
        let flags = k.state().mm(mm).vma_at(Vaddr(address)).ok_or(Errno::ENOMEM)?.1.flags;
        if !place::is_accessible(flags) {
            return Err(Errno::EFAULT.into());
        }
        let write = flags.contains(VmaFlags::WRITE) && !flags.contains(VmaFlags::SHARED);
        let pte = leaf_of(k, mm, address);
        if !pte.is_present() || write && !pte.has(W) {
            let _ = bring_in(k, mm, address, write)?;
        }
    }
    Ok(())
}

/// The leaf entry of an address, empty if the tables do not reach it.
pub fn leaf_of(k: &Kernel, mm: MmId, address: u64) -> Pte {
    let walk = mmu::walk(&k.state().hardware.phys, k.state().mm(mm).pgd(), Vaddr(address));
    walk.leaf().map_or(Pte::NONE, |step| step.pte)
}

/// Serves a fault that did not happen, without asking the OOM killer.
pub(super) fn bring_in(k: &mut Kernel, mm: MmId, address: u64, write: bool) -> SysResult<Frame> {
    let code = if write { CODE_W } else { 0 };
    attempt(k, mm, address, code).map_err(|refusal| match refusal {
        Refusal::Sleeps | Refusal::Underway | Refusal::NoRoom => Stop::Sleeps,
        Refusal::NoFrame => Errno::ENOMEM.into(),
        Refusal::Segv(_) | Refusal::PastEnd => Errno::EFAULT.into(),
    })
}
