//! Faulting pages in before they are touched (`populate_vma_page_range`).

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, MmId};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::fault::{Refusal, attempt};
use crate::kernel::mm::{area, place, table};
use crate::kernel::stop::{Stop, SysResult};
use crate::machine::pte::{Pte, W};
use crate::machine::trap::CODE_W;
use crate::trace::value::VmaFlags;

/// What a page that can not be brought in means for the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnError {
    /// Nothing for the other areas (`mm_populate`).
    NextArea,
    /// They are left.
    Stop,
}

/// Brings in what is not mapped in the areas of a range of pages, but for those that are locked by touches
/// (`__mm_populate`).
///
/// # Errors
/// [`Stop::Sleeps`] while a page comes from a device; the call is to go on where [`resumed`] says then. ENOMEM and EFAULT
/// as [`populate`], unless errors are passed over.
pub fn areas(k: &mut Kernel, mm: MmId, range: Range<u64>, on_error: OnError) -> SysResult<()> {
    let tid = k.current();
    for (start, vma) in area::within(k, mm, &range) {
        if vma.flags.contains(VmaFlags::LOCKONFAULT) {
            continue;
        }
        let mut next = start.max(range.start);
        match up_to(k, mm, &mut next, range.end.min(start + u64::from(vma.pages))) {
            Ok(()) => {}
            Err(Stop::Errno(_)) if on_error == OnError::NextArea => {}
            Err(Stop::Sleeps) => {
                k.set_progress(tid, next + 1);
                return Err(Stop::Sleeps);
            }
            Err(stop) => {
                k.set_progress(tid, 0);
                return Err(stop);
            }
        }
    }
    k.set_progress(tid, 0);
    Ok(())
}

/// The page with which [`areas`] goes on, if the current call slept in it.
#[must_use]
pub fn resumed(k: &Kernel) -> Option<u64> {
    k.state().task(k.current()).progress.checked_sub(1)
}

/// Faults in what is not mapped in a range of pages: private writable areas as by a write, others as by a read.
///
/// # Errors
/// [`Stop::Sleeps`] while a page comes from the disk, to be called again; ENOMEM if no frame is left or no area holds a
/// page, EFAULT if a page may not be touched.
pub fn populate(k: &mut Kernel, mm: MmId, page: u64, pages: u64) -> SysResult<()> {
    up_to(k, mm, &mut { page }, page + pages)
}

/// Faults in what is not mapped from the page `next` to before another; when it stops, `next` is where.
fn up_to(k: &mut Kernel, mm: MmId, next: &mut u64, end: u64) -> SysResult<()> {
    while *next < end {
        let address = *next << PAGE_SHIFT;
        let flags = k.state().mm(mm).vma_at(Vaddr(address)).ok_or(Errno::ENOMEM)?.1.flags;
        if !place::is_accessible(flags) {
            return Err(Errno::EFAULT.into());
        }
        let write = flags.contains(VmaFlags::WRITE) && !flags.contains(VmaFlags::SHARED);
        let pte = leaf_of(k, mm, address);
        if !pte.is_present() || write && !pte.has(W) {
            let _ = bring_in(k, mm, address, write)?;
        }
        *next += 1;
    }
    Ok(())
}

/// The leaf entry of an address, empty if the tables do not reach it.
pub fn leaf_of(k: &Kernel, mm: MmId, address: u64) -> Pte {
    let leaf = table::leaf_at(&k.state().hardware.phys, k.state().mm(mm).pgd(), address >> PAGE_SHIFT);
    leaf.map_or(Pte::NONE, |leaf| leaf.step.pte)
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
