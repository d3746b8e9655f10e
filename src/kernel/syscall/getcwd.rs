//! `getcwd(2)`.

use crate::abi::errno::Errno;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::path;
use crate::trace::value::InodeKind;

/// Answers the path of the working directory, with a NUL behind it, and its length with the NUL.
///
/// # Errors
/// EFAULT; ENOENT if the directory was removed, ERANGE if the buffer is too small.
pub fn sys_getcwd(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [buffer, size, ..] = args;
    let cwd = path::working_directory(k);
    let inode = k.state().inode(cwd);
    if inode.inode.kind == InodeKind::Directory && inode.links == 0 {
        return Err(Errno::ENOENT.into());
    }
    let mut path = path::path_of(k.state(), cwd).into_bytes();
    path.push(0);
    if path.len() as u64 > size {
        return Err(Errno::ERANGE.into());
    }
    k.write_user(buffer, &path)?;
    Ok(path.len() as u64)
}
