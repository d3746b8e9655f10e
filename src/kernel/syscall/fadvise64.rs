//! `posix_fadvise(2)`: tells the kernel how a file will be read.

use crate::abi::errno::Errno;
use crate::abi::flags::{
    POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE, POSIX_FADV_NORMAL, POSIX_FADV_RANDOM, POSIX_FADV_SEQUENTIAL,
    POSIX_FADV_WILLNEED,
};
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{cache, descriptor, writeback};
use crate::trace::value::InodeKind;

/// `fadvise64(fd, offset, len, advice)`: 0. A `len` of 0 is up to the end.
///
/// # Errors
/// EBADF, EINVAL for unknown advice or a negative length, ESPIPE for a pipe.
// Linux: advice to read in order or at random changes how far reads run ahead. Here: they bring the window of 16 pages
// around a page in any case, because an open file keeps no history of reads.
pub fn sys_fadvise64(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, offset, len, advice, ..] = args;
    let id = descriptor::get(k, fd as u32)?;
    let ino = k.state().file(id).open.ino;
    let kind = k.state().inode(ino).inode.kind;
    if let InodeKind::Pipe(_) = kind {
        return Err(Errno::ESPIPE.into());
    }
    let known = [
        POSIX_FADV_NORMAL,
        POSIX_FADV_RANDOM,
        POSIX_FADV_SEQUENTIAL,
        POSIX_FADV_WILLNEED,
        POSIX_FADV_DONTNEED,
        POSIX_FADV_NOREUSE,
    ];
    let advice = advice as i32;
    if (len as i64) < 0 || !known.contains(&advice) {
        return Err(Errno::EINVAL.into());
    }
    if kind != InodeKind::Disk {
        return Ok(0);
    }
    let size = k.state().inode(ino).size;
    let end = if len == 0 { u64::MAX } else { offset.saturating_add(len) };
    let page = |page: u64| page.min(u64::from(u32::MAX)) as u32;
    match advice {
        POSIX_FADV_WILLNEED => cache::read_early(k, ino, page(offset / PAGE_SIZE)..page(end.div_ceil(PAGE_SIZE))),
        POSIX_FADV_DONTNEED => {
            // Pages that are meant in part stay; the file's last one is meant whole.
            let end = if end >= size { end.div_ceil(PAGE_SIZE) } else { end / PAGE_SIZE };
            let pages = page(offset.div_ceil(PAGE_SIZE))..page(end);
            if pages.start < pages.end {
                let _ = writeback::start_dirty(k, ino, pages.clone());
                cache::drop_clean(k, ino, pages);
            }
        }
        _ => {}
    }
    Ok(0)
}
