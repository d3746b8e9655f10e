//! `ftruncate(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{descriptor, file, inode};

/// Sets the size of an open file.
///
/// # Errors
/// EBADF, EFBIG, ENOMEM; EINVAL if it is not a regular file open for writing, or the size is negative.
pub fn sys_ftruncate(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, size, ..] = args;
    if (size as i64) < 0 {
        return Err(Errno::EINVAL.into());
    }
    let id = descriptor::get(k, fd as u32)?;
    let open = k.state().file(id).open;
    let regular = inode::is_regular(k.state().inode(open.ino).inode.kind);
    if !regular || !OpenFlags::from_bits_retain(open.flags).can_write() {
        return Err(Errno::EINVAL.into());
    }
    file::truncate(k, open.ino, size)?;
    Ok(0)
}
