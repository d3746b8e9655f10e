//! `chmod(2)`.

use crate::abi::errno::Errno;
use crate::base::ids::Ino;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::path::{self, Node};
use crate::kernel::vfs::permission;
use crate::trace::event::Change;
use crate::trace::value::{Inode, InodeKind};

/// Sets the permission bits of the file that a path leads to.
///
/// # Errors
/// EFAULT, ENAMETOOLONG, ENOENT, ENOTDIR; EPERM for what `/proc` makes up.
pub fn sys_chmod(k: &mut Kernel, [path, mode, ..]: [u64; 6]) -> SysResult {
    let path = k.read_path(path)?;
    let at = path::working_directory(k);
    match path::target(k, at, &path)?.existing(k.state())? {
        Node::Inode(ino) => set_mode(k, ino, mode),
        Node::Proc(_) => Err(Errno::EPERM.into()),
    }
}

fn set_mode(k: &mut Kernel, ino: Ino, mode: u64) -> SysResult {
    let from = k.state().inode(ino).inode;
    if matches!(from.kind, InodeKind::Proc(_)) {
        return Err(Errno::EPERM.into());
    }
    permission::is_owner(k, ino)?;
    let to = Inode { mode: mode as u16 & 0o7777, ..from };
    if from != to {
        k.commit(Change::Inode { ino, from: Some(from), to: Some(to) });
    }
    Ok(0)
}
