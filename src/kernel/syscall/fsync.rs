//! `fsync(2)`, `fdatasync(2)` and `sync(2)`: what was changed in files is on the disk when they return.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::Ino;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{descriptor, writeback};
use crate::trace::value::InodeKind;

/// `fsync(fd)` and `fdatasync(fd)`, which are the same here, as no times are kept: 0.
///
/// # Errors
/// EBADF, and EINVAL for what has no place on a disk.
pub fn sys_fsync(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let id = descriptor::get(k, args[0] as u32)?;
    let ino = k.state().file(id).open.ino;
    match k.state().inode(ino).inode.kind {
        InodeKind::Disk => writeback::sync(k, &[(ino, 0..u32::MAX)])?,
        InodeKind::Memory | InodeKind::Directory => {}
        InodeKind::Console | InodeKind::Null | InodeKind::Zero | InodeKind::Pipe(_) | InodeKind::Proc(_) => {
            return Err(Errno::EINVAL.into());
        }
    }
    Ok(0)
}

/// `sync()`: 0.
///
/// # Errors
/// None.
pub fn sys_sync(k: &mut Kernel, _args: [u64; 6]) -> SysResult {
    let files = k.state().inodes.iter().filter(|(_, inode)| inode.inode.kind == InodeKind::Disk);
    let files: Vec<(Ino, Range<u32>)> = files.map(|(id, _)| (Ino(id), 0..u32::MAX)).collect();
    writeback::sync(k, &files)?;
    Ok(0)
}
