//! `rename(2)` and `link(2)`: names of a file come and go.

use crate::abi::errno::Errno;
use crate::base::ids::Ino;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::path::{self, Node, Target};
use crate::kernel::vfs::{directory, permission};
use crate::trace::value::{InodeKind, ProcEntry};

/// The inode of what a path leads to, which is not in `/proc`.
///
/// # Errors
/// ENOENT, ENOTDIR; EXDEV in `/proc`.
fn on_disk(k: &Kernel, target: &Target<'_>) -> Result<Ino, Errno> {
    match target.existing(k.state())? {
        Node::Inode(ino) => Ok(ino),
        Node::Proc(_) => Err(Errno::EXDEV),
    }
}

/// Gives a file one more path.
///
/// # Errors
/// EACCES, EEXIST, EFAULT, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM for a directory, EXDEV.
pub fn sys_link(k: &mut Kernel, [old, new, ..]: [u64; 6]) -> SysResult {
    let (old, new) = (k.read_path(old)?, k.read_path(new)?);
    let at = path::working_directory(k);
    let ino = on_disk(k, &path::target(k, at, &old)?)?;
    let target = path::target(k, at, &new)?;
    if target.node.is_some() {
        return Err(Errno::EEXIST.into());
    }
    let above = target.directory_to_change(k.state())?;
    permission::may_add(k, above)?;
    if k.state().inode(ino).inode.kind == InodeKind::Directory {
        return Err(Errno::EPERM.into());
    }
    if target.slash {
        return Err(Errno::ENOENT.into());
    }
    directory::add(k, above, target.name, ino);
    Ok(0)
}

/// Gives a file another path; what was there is replaced in the same moment.
///
/// # Errors
/// EACCES, EBUSY, EFAULT, EINVAL if a directory would lie in itself, EISDIR, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY,
/// EPERM, EXDEV.
pub fn sys_rename(k: &mut Kernel, [old, new, ..]: [u64; 6]) -> SysResult {
    let (old, new) = (k.read_path(old)?, k.read_path(new)?);
    let at = path::working_directory(k);
    let (from, to) = (path::target(k, at, &old)?, path::target(k, at, &new)?);
    let is_dot = |target: &Target<'_>| matches!(target.name, b"" | b"." | b"..");
    // Another file system is mounted at `/proc`.
    let mounted = [from.node, to.node].contains(&Some(Node::Proc(ProcEntry::Root)));
    if is_dot(&from) || is_dot(&to) || mounted {
        return Err(Errno::EBUSY.into());
    }
    let ino = on_disk(k, &from)?;
    let (from_dir, to_dir) = (from.directory_to_change(k.state())?, to.directory_to_change(k.state())?);
    permission::may_remove(k, from_dir, ino)?;
    permission::may_add(k, to_dir)?;
    let is_directory = |ino: Ino| k.state().inode(ino).inode.kind == InodeKind::Directory;
    if to.slash && !is_directory(ino) {
        return Err(Errno::ENOTDIR.into());
    }
    if is_directory(ino) && lies_in(k, to_dir, ino) {
        return Err(Errno::EINVAL.into());
    }
    if let Some(node) = to.node {
        let Node::Inode(there) = node else { return Err(Errno::EXDEV.into()) };
        if there == ino {
            return Ok(0);
        }
        permission::may_remove(k, to_dir, there)?;
        may_replace(k, ino, there)?;
        if lies_in(k, from_dir, there) {
            return Err(Errno::ENOTEMPTY.into());
        }
        directory::remove(k, to_dir, to.name, there);
    }
    directory::rename(k, (from_dir, from.name), (to_dir, to.name), ino);
    Ok(0)
}

/// A directory replaces an empty directory only, a file what is none.
fn may_replace(k: &Kernel, ino: Ino, there: Ino) -> Result<(), Errno> {
    let is_directory = |ino: Ino| k.state().inode(ino).inode.kind == InodeKind::Directory;
    match (is_directory(ino), is_directory(there)) {
        (true, false) => Err(Errno::ENOTDIR),
        (false, true) => Err(Errno::EISDIR),
        (true, true) if !k.state().inode(there).entries.is_empty() => Err(Errno::ENOTEMPTY),
        (true, true) | (false, false) => Ok(()),
    }
}

/// Whether a directory is another one or lies below it.
fn lies_in(k: &Kernel, mut directory: Ino, other: Ino) -> bool {
    loop {
        if directory == other {
            return true;
        }
        let above = k.state().inode(directory).above;
        if above == directory || above == Ino(0) {
            return false;
        }
        directory = above;
    }
}
