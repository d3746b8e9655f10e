//! `stat(2)`, `fstat(2)`, `lstat(2)` and `newfstatat(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::path::Node;
use crate::kernel::vfs::{descriptor, inode, path};

/// Describes the file that a path leads to.
///
/// # Errors
/// EFAULT, ENOENT, ENOTDIR, ENAMETOOLONG.
pub fn sys_stat(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    sys_newfstatat(k, [AT_FDCWD as u64, args[0], args[1], 0, 0, 0])
}

/// As [`sys_stat`]: there are no symbolic links that it would not follow.
///
/// # Errors
/// As [`sys_stat`].
pub fn sys_lstat(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    sys_stat(k, args)
}

/// Describes an open file.
///
/// # Errors
/// EBADF, EFAULT.
pub fn sys_fstat(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, address, ..] = args;
    let node = open_node(k, fd)?;
    describe(k, node, address)
}

/// Describes a file by a path from a directory; the directory's descriptor itself with AT_EMPTY_PATH.
///
/// # Errors
/// EBADF, EFAULT, EINVAL, ENOENT, ENOTDIR, ENAMETOOLONG.
pub fn sys_newfstatat(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [dirfd, path, address, flags, ..] = args;
    let flags = flags as u32;
    if flags & !(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) != 0 {
        return Err(Errno::EINVAL.into());
    }
    let path = k.read_path(path)?;
    let node = if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
        match dirfd as i32 {
            AT_FDCWD => path::node_of(k.state(), path::working_directory(k)),
            _ => open_node(k, dirfd)?,
        }
    } else {
        let at = path::start_at(k, dirfd, &path)?;
        path::target(k, at, &path)?.existing(k.state())?
    };
    describe(k, node, address)
}

fn open_node(k: &Kernel, fd: u64) -> Result<Node, Errno> {
    let file = descriptor::get(k, fd as u32)?;
    Ok(path::node_of(k.state(), k.state().file(file).open.ino))
}

fn describe(k: &mut Kernel, node: Node, address: u64) -> SysResult {
    let stat = inode::stat(k.state(), node).to_bytes();
    k.write_user(address, &stat)?;
    Ok(0)
}
