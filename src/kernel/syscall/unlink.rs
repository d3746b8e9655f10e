//! `unlink(2)`, `unlinkat(2)` and `rmdir(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{AT_FDCWD, AT_REMOVEDIR};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::path::{self, Node, Target};
use crate::kernel::vfs::{directory, permission};
use crate::trace::value::{InodeKind, ProcEntry};

/// Removes a path, and the file with its last path and descriptor.
///
/// # Errors
/// As [`sys_unlinkat`].
pub fn sys_unlink(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    sys_unlinkat(k, [AT_FDCWD as u64, args[0], 0, 0, 0, 0])
}

/// Removes an empty directory.
///
/// # Errors
/// As [`sys_unlinkat`].
pub fn sys_rmdir(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    sys_unlinkat(k, [AT_FDCWD as u64, args[0], u64::from(AT_REMOVEDIR), 0, 0, 0])
}

/// Removes a path from a directory; an empty directory with AT_REMOVEDIR.
///
/// # Errors
/// EACCES, EBADF, EBUSY, EFAULT, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, ENAMETOOLONG, EPERM.
pub fn sys_unlinkat(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [dirfd, path, flags, ..] = args;
    let flags = flags as u32;
    if flags & !AT_REMOVEDIR != 0 {
        return Err(Errno::EINVAL.into());
    }
    let path = k.read_path(path)?;
    let target = path::target(k, path::start_at(k, dirfd, &path)?, &path)?;
    if flags & AT_REMOVEDIR != 0 { remove_directory(k, &target) } else { remove_file(k, &target) }
}

fn remove_directory(k: &mut Kernel, target: &Target<'_>) -> SysResult {
    match target.name {
        b"" => return Err(Errno::EBUSY.into()),
        b"." => return Err(Errno::EINVAL.into()),
        b".." => return Err(Errno::ENOTEMPTY.into()),
        _ => {}
    }
    let ino = match target.node.ok_or(Errno::ENOENT)? {
        Node::Inode(ino) => ino,
        // Another file system is mounted there.
        Node::Proc(ProcEntry::Root) => return Err(Errno::EBUSY.into()),
        Node::Proc(_) => return Err(Errno::EPERM.into()),
    };
    let inode = k.state().inode(ino);
    if inode.inode.kind != InodeKind::Directory {
        return Err(Errno::ENOTDIR.into());
    }
    if !inode.entries.is_empty() {
        return Err(Errno::ENOTEMPTY.into());
    }
    let above = target.directory_to_change(k.state())?;
    permission::may_remove(k, above, ino)?;
    directory::remove(k, above, target.name, ino);
    Ok(0)
}

fn remove_file(k: &mut Kernel, target: &Target<'_>) -> SysResult {
    let node = target.node.ok_or(Errno::ENOENT)?;
    if path::is_directory(k.state(), node) {
        return Err(Errno::EISDIR.into());
    }
    let Node::Inode(ino) = target.existing(k.state())? else { return Err(Errno::EPERM.into()) };
    let above = target.directory_to_change(k.state())?;
    permission::may_remove(k, above, ino)?;
    directory::remove(k, above, target.name, ino);
    Ok(0)
}
