//! `mlock(2)` and its kin: keep pages in memory.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::abi::flags::{MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT, MLOCK_ONFAULT};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::core::Kernel;
use crate::kernel::mm::populate::{self, OnError};
use crate::kernel::mm::{mlock, place};
use crate::kernel::stop::{Stop, SysResult};
use crate::trace::value::VmaFlags;

/// `mlock(addr, len)`: 0, and all pages of the range are in memory.
///
/// # Errors
/// EPERM if the process may lock nothing; ENOMEM beyond RLIMIT_MEMLOCK, where nothing is mapped or a page may not be
/// touched, and where a split would make too many areas; EINVAL if the range wraps; EAGAIN if no frame is left.
pub fn sys_mlock(k: &mut Kernel, [address, len, ..]: [u64; 6]) -> SysResult {
    lock(k, address, len, VmaFlags::LOCKED)
}

/// `mlock2(addr, len, flags)`: as `mlock`; with MLOCK_ONFAULT a page is locked when it is first touched.
///
/// # Errors
/// As `mlock`; EINVAL for other flags.
pub fn sys_mlock2(k: &mut Kernel, [address, len, flags, ..]: [u64; 6]) -> SysResult {
    match flags as u32 {
        0 => lock(k, address, len, VmaFlags::LOCKED),
        MLOCK_ONFAULT => lock(k, address, len, mlock::LOCK),
        _ => Err(Errno::EINVAL.into()),
    }
}

/// `munlock(addr, len)`: 0.
///
/// # Errors
/// ENOMEM where nothing is mapped, and where a split would make too many areas; EINVAL if the range wraps.
pub fn sys_munlock(k: &mut Kernel, [address, len, ..]: [u64; 6]) -> SysResult {
    let range = pages(address, len)?;
    let mm = k.current_mm();
    mlock::set(k, mm, range, VmaFlags::empty())?;
    Ok(0)
}

/// `mlockall(flags)`: 0. MCL_CURRENT locks all areas and brings their pages in, MCL_FUTURE those that will be mapped;
/// MCL_ONFAULT locks pages when they are first touched.
///
/// # Errors
/// EINVAL for other flags and for MCL_ONFAULT alone; EPERM if the process may lock nothing; ENOMEM if it has more than
/// RLIMIT_MEMLOCK.
pub fn sys_mlockall(k: &mut Kernel, [flags, ..]: [u64; 6]) -> SysResult {
    let flags = flags as u32;
    if flags & !(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0 || flags == 0 || flags == MCL_ONFAULT {
        return Err(Errno::EINVAL.into());
    }
    if !mlock::is_allowed(k) {
        return Err(Errno::EPERM.into());
    }
    let mm = k.current_mm();
    let current = flags & MCL_CURRENT != 0;
    let all = 0..place::USER_END >> PAGE_SHIFT;
    let left = match populate::resumed(k) {
        Some(page) => page..all.end,
        None if current && !mlock::has_room_for_all(k, mm) => return Err(Errno::ENOMEM.into()),
        None => {
            mlock::set_all(k, mm, flags);
            all
        }
    };
    if current {
        populate::areas(k, mm, left, OnError::NextArea)?;
    }
    Ok(0)
}

/// `munlockall()`: 0.
///
/// # Errors
/// None.
pub fn sys_munlockall(k: &mut Kernel, _args: [u64; 6]) -> SysResult {
    let mm = k.current_mm();
    mlock::set_all(k, mm, 0);
    Ok(0)
}

fn lock(k: &mut Kernel, address: u64, len: u64, flags: VmaFlags) -> SysResult {
    if !mlock::is_allowed(k) {
        return Err(Errno::EPERM.into());
    }
    let mm = k.current_mm();
    let range = pages(address, len)?;
    let left = match populate::resumed(k) {
        Some(page) => page..range.end,
        None if !mlock::has_room_for_range(k, mm, &range) => return Err(Errno::ENOMEM.into()),
        None => {
            mlock::set(k, mm, range.clone(), flags)?;
            range
        }
    };
    // POSIX has other names for what may go wrong (`__mlock_posix_error_return`).
    populate::areas(k, mm, left, OnError::Stop).map_err(|stop| match stop {
        Stop::Errno(Errno::EFAULT) => Errno::ENOMEM.into(),
        Stop::Errno(Errno::ENOMEM) => Errno::EAGAIN.into(),
        Stop::Errno(_) | Stop::Sleeps | Stop::Interrupted | Stop::Gone => stop,
    })?;
    Ok(0)
}

/// The pages that some bytes lie in. A length that becomes 0 when it is rounded up is 0, as on Linux.
///
/// # Errors
/// EINVAL if the range wraps.
fn pages(address: u64, len: u64) -> Result<Range<u64>, Errno> {
    let offset = address % PAGE_SIZE;
    let len = len.wrapping_add(offset).checked_next_multiple_of(PAGE_SIZE).unwrap_or(0);
    let start = address - offset;
    let end = start.checked_add(len).ok_or(Errno::EINVAL)?;
    Ok(start >> PAGE_SHIFT..end >> PAGE_SHIFT)
}
