//! `chown(2)` and `fchown(2)`.

use crate::abi::errno::Errno;
use crate::base::ids::Ino;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::path::{self, Node};
use crate::kernel::vfs::{descriptor, permission};
use crate::trace::value::Owner;

/// An id that means "as it is".
const UNCHANGED: u32 = u32::MAX;

/// Sets the owner and group of the file that a path leads to.
///
/// # Errors
/// EFAULT, ENAMETOOLONG, ENOENT, ENOTDIR; EPERM without root, and for what `/proc` makes up.
pub fn sys_chown(k: &mut Kernel, [path, uid, gid, ..]: [u64; 6]) -> SysResult {
    let path = k.read_path(path)?;
    let node = path::target(k, path::working_directory(k), &path)?.existing(k.state())?;
    set_owner(k, node, uid as u32, gid as u32)
}

/// Sets the owner and group of an open file.
///
/// # Errors
/// EBADF; EPERM as [`sys_chown`].
pub fn sys_fchown(k: &mut Kernel, [fd, uid, gid, ..]: [u64; 6]) -> SysResult {
    let file = descriptor::get(k, fd as u32)?;
    let node = path::node_of(k.state(), k.state().file(file).open.ino);
    set_owner(k, node, uid as u32, gid as u32)
}

/// Only root gives files away; an owner may give one to its own group.
fn set_owner(k: &mut Kernel, node: Node, uid: u32, gid: u32) -> SysResult {
    let Node::Inode(ino) = node else { return Err(Errno::EPERM.into()) };
    let old = k.state().inode(ino).owner;
    let or = |new: u32, old: u32| if new == UNCHANGED { old } else { new };
    let new = Owner { uid: or(uid, old.uid), gid: or(gid, old.gid) };
    allowed(k, ino, new)?;
    k.set_owner(ino, new);
    Ok(0)
}

fn allowed(k: &Kernel, ino: Ino, new: Owner) -> Result<(), Errno> {
    let user = permission::user(k.state(), k.current_pid());
    let old = k.state().inode(ino).owner;
    let own = user.uid == old.uid && new.uid == old.uid && (new.gid == old.gid || new.gid == user.gid);
    if user.uid == 0 || own { Ok(()) } else { Err(Errno::EPERM) }
}
