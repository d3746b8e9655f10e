//! `lseek(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::descriptor;
use crate::trace::value::InodeKind;

/// Moves the offset of an open file.
///
/// # Errors
/// EBADF, EINVAL, ENXIO, EOVERFLOW, ESPIPE.
pub fn sys_lseek(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, offset, whence, ..] = args;
    let id = descriptor::get(k, fd as u32)?;
    let file = k.state().file(id);
    let inode = k.state().inode(file.open.ino);
    match inode.inode.kind {
        InodeKind::Pipe(_) | InodeKind::Console => return Err(Errno::ESPIPE.into()),
        InodeKind::Null | InodeKind::Zero => return Ok(0),
        InodeKind::Directory | InodeKind::Disk | InodeKind::Memory | InodeKind::Proc(_) => {}
    }
    let (offset, size) = (offset as i64, inode.size as i64);
    let base = match whence as u32 {
        SEEK_SET => 0,
        SEEK_CUR => file.offset as i64,
        SEEK_END if !matches!(inode.inode.kind, InodeKind::Proc(_)) => size,
        // A file without holes is one run of data with a hole behind its end (`lseek(2)`).
        SEEK_DATA | SEEK_HOLE if offset < 0 || offset >= size => return Err(Errno::ENXIO.into()),
        SEEK_DATA => 0,
        SEEK_HOLE => size - offset,
        _ => return Err(Errno::EINVAL.into()),
    };
    let to = base.checked_add(offset).ok_or(Errno::EOVERFLOW)?;
    if to < 0 {
        return Err(Errno::EINVAL.into());
    }
    k.set_offset(id, to as u64);
    Ok(to as u64)
}
