//! `getdents64(2)`.

use crate::abi::errno::Errno;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{descriptor, directory, inode};
use crate::trace::value::InodeKind;

/// Bytes that one call gives at most, so that the kernel needs no more.
const MOST: u64 = 32 << 10;

/// Reads entries of a directory.
///
/// # Errors
/// EBADF, EFAULT, ENOTDIR; EINVAL if not even one fits; ENOENT if the directory was removed.
pub fn sys_getdents64(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, address, count, ..] = args;
    let id = descriptor::get(k, fd as u32)?;
    let file = k.state().file(id);
    let inode = k.state().inode(file.open.ino);
    if !inode::is_directory(inode.inode.kind) {
        return Err(Errno::ENOTDIR.into());
    }
    if inode.inode.kind == InodeKind::Directory && inode.links == 0 {
        return Err(Errno::ENOENT.into());
    }
    let listed = directory::list(k.state(), file.open.ino, file.offset);
    let (bytes, position) = directory::dirents(&listed, u64::from(count as u32).min(MOST) as usize)?;
    if let Some(position) = position {
        k.write_user(address, &bytes)?;
        k.set_offset(id, position);
    }
    Ok(bytes.len() as u64)
}
