//! `msync(2)`: writes what was changed through mappings of files to the disk.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::abi::flags::{MS_ASYNC, MS_INVALIDATE, MS_SYNC};
use crate::base::ids::Ino;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::core::Kernel;
use crate::kernel::mm::advise;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::writeback;
use crate::trace::value::VmaFlags;

/// `msync(addr, length, flags)`: 0, with MS_SYNC when all is on the disk. MS_ASYNC begins nothing, as on Linux: what is
/// marked as changed is written in time anyway.
///
/// # Errors
/// EINVAL for bad flags or an address that is not on a page's start, EBUSY for MS_INVALIDATE of a locked area, ENOMEM
/// where nothing is mapped, after the rest was written.
pub fn sys_msync(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [address, len, flags, ..] = args;
    let flags = flags as u32;
    let unknown = flags & !(MS_ASYNC | MS_INVALIDATE | MS_SYNC) != 0;
    if unknown || !address.is_multiple_of(PAGE_SIZE) || flags & MS_ASYNC != 0 && flags & MS_SYNC != 0 {
        return Err(Errno::EINVAL.into());
    }
    let length = len.checked_next_multiple_of(PAGE_SIZE).unwrap_or(0);
    let end = address.checked_add(length).ok_or(Errno::ENOMEM)?;
    let pages = address >> PAGE_SHIFT..end >> PAGE_SHIFT;
    let parts = advise::parts(k, k.current_mm(), &pages);
    let busy = parts.iter().position(|part| flags & MS_INVALIDATE != 0 && part.vma.flags.contains(VmaFlags::LOCKED));
    let reached = &parts[..busy.unwrap_or(parts.len())];
    if flags & MS_SYNC != 0 {
        let shared = reached.iter().filter(|part| part.vma.flags.contains(VmaFlags::SHARED));
        let files: Vec<(Ino, Range<u32>)> = shared.map(|part| (part.vma.ino, part.file_pages())).collect();
        writeback::sync(k, &files)?;
    }
    if busy.is_some() {
        return Err(Errno::EBUSY.into());
    }
    if advise::covers(&parts, &pages) { Ok(0) } else { Err(Errno::ENOMEM.into()) }
}
