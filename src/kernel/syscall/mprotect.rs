//! `mprotect(2)`: changes what may be done with pages.

use crate::abi::errno::Errno;
use crate::abi::flags::Prot;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::populate::{self, OnError};
use crate::kernel::mm::{area, place, protect};
use crate::kernel::stop::SysResult;
use crate::kernel::syscall::mmap::rights;
use crate::trace::value::VmaFlags;

/// Linux accepts it and does nothing (`PROT_SEM`).
const PROT_SEM: u32 = 8;
/// Up to the end of an area that grows upwards.
const PROT_GROWSUP: u32 = 0x0200_0000;

/// `mprotect(addr, len, prot)`: 0.
///
/// # Errors
/// EINVAL for a bad address or unknown rights, ENOMEM where nothing is mapped, EACCES for a file opened for reading.
pub fn sys_mprotect(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, len, prot, ..] = args;
    let downwards = prot as u32 & Prot::PROT_GROWSDOWN.bits() != 0;
    let upwards = prot as u32 & PROT_GROWSUP != 0;
    let prot = Prot::from_bits_retain(prot as u32 & !PROT_GROWSUP).difference(Prot::PROT_GROWSDOWN);
    if downwards && upwards || !address.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::EINVAL.into());
    }
    if len == 0 {
        return Ok(0);
    }
    let length = len.checked_next_multiple_of(PAGE_SIZE).unwrap_or(0);
    let end = address.checked_add(length).filter(|&end| end > address).ok_or(Errno::ENOMEM)?;
    let known = Prot::PROT_READ | Prot::PROT_WRITE | Prot::PROT_EXEC | Prot::from_bits_retain(PROT_SEM);
    if !known.contains(prot) {
        return Err(Errno::EINVAL.into());
    }
    let mm = k.current_mm();
    let (mut page, end) = (address >> PAGE_SHIFT, (end >> PAGE_SHIFT).min(place::USER_END >> PAGE_SHIFT));
    if downwards {
        let (start, vma) = area::within(k, mm, &(page..end)).first().copied().ok_or(Errno::ENOMEM)?;
        if !vma.flags.contains(VmaFlags::GROWSDOWN) {
            return Err(Errno::EINVAL.into());
        }
        page = start;
    }
    if page >= end {
        return Err(Errno::ENOMEM.into());
    }
    // No area of x86 grows upwards.
    if upwards && k.state().mm(mm).vma_at(Vaddr(page << PAGE_SHIFT)).is_some() {
        return Err(Errno::EINVAL.into());
    }
    let left = match populate::resumed(k) {
        Some(page) => page..end,
        None => {
            let copies = protect::copies_locked(k, mm, &(page..end), rights(prot));
            // Linux: what was changed before an error is copied at once, too. Here: when it is written, because a call that
            // begins anew behind a sleep would not find the error again.
            protect::protect(k, mm, page, end, rights(prot))?;
            if copies { page..end } else { return Ok(0) }
        }
    };
    for (start, vma) in area::within(k, mm, &left) {
        let part = start.max(left.start)..left.end.min(start + u64::from(vma.pages));
        if vma.flags.contains(VmaFlags::LOCKED | VmaFlags::WRITE) && !vma.flags.contains(VmaFlags::SHARED) {
            populate::areas(k, mm, part, OnError::NextArea)?;
        }
    }
    Ok(0)
}
