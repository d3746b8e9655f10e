//! Permission: what the mode bits of a file let a user do (`inode_permission`).

use crate::abi::errno::Errno;
use crate::base::ids::{Ino, Pid};
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::vfs::path::Node;
use crate::kernel::vfs::{inode, proc};
use crate::trace::value::Owner;

/// To read: a file's bytes, a directory's names.
pub const READ: u16 = 4;
/// To write: a file's bytes, a directory's entries.
pub const WRITE: u16 = 2;
/// To execute a file, to look names up in a directory.
pub const EXECUTE: u16 = 1;
/// In a directory only the owner of a file, or of the directory, takes the file's name away (`S_ISVTX`).
const STICKY: u16 = 0o1000;

/// The user that a process acts for; root if there is no process yet.
#[must_use]
pub fn user(state: &State, pid: Pid) -> Owner {
    state.processes.get(&pid).map_or(Owner::default(), |process| Owner { uid: process.uid, gid: process.gid })
}

/// Whether a user may do something with a file of an owner. Root may do everything but execute what nobody may.
fn allows(user: Owner, owner: Owner, mode: u16, directory: bool, want: u16) -> bool {
    if user.uid == 0 {
        return want & EXECUTE == 0 || directory || mode & 0o111 != 0;
    }
    let granted = if user.uid == owner.uid {
        mode >> 6
    } else if user.gid == owner.gid {
        mode >> 3
    } else {
        mode
    };
    granted & want == want
}

/// Whether a process may do something with a node.
///
/// # Errors
/// EACCES.
pub fn check(state: &State, pid: Pid, node: Node, want: u16) -> Result<(), Errno> {
    let (owner, mode, directory) = match node {
        Node::Inode(ino) => {
            let file = state.inode(ino);
            (file.owner, file.inode.mode, inode::is_directory(file.inode.kind))
        }
        Node::Proc(entry) => (proc::owner(state, entry), proc::mode(entry), proc::is_directory(entry)),
    };
    let user = user(state, pid);
    let trusted = match node {
        Node::Proc(entry) if proc::needs_trust(entry) => user.uid == 0 || user == owner,
        Node::Proc(_) | Node::Inode(_) => true,
    };
    // Even root reads and writes below `/proc/sys` only what the mode lets its owner (`sysctl_perm`).
    let wrong_way = match node {
        Node::Proc(entry) => proc::is_sysctl(entry) && mode >> 6 & want != want,
        Node::Inode(_) => false,
    };
    if trusted && !wrong_way && allows(user, owner, mode, directory, want) { Ok(()) } else { Err(Errno::EACCES) }
}

/// Whether the current process may add an entry to a directory.
///
/// # Errors
/// EACCES.
pub fn may_add(k: &Kernel, directory: Ino) -> Result<(), Errno> {
    check(k.state(), k.current_pid(), Node::Inode(directory), WRITE | EXECUTE)
}

/// Whether the current process may take an entry out of a directory.
///
/// # Errors
/// EACCES; EPERM for what belongs to others in a directory with the sticky bit.
pub fn may_remove(k: &Kernel, directory: Ino, ino: Ino) -> Result<(), Errno> {
    may_add(k, directory)?;
    let user = user(k.state(), k.current_pid()).uid;
    let above = k.state().inode(directory);
    let owns = [above.owner.uid, k.state().inode(ino).owner.uid].contains(&user);
    if user == 0 || above.inode.mode & STICKY == 0 || owns { Ok(()) } else { Err(Errno::EPERM) }
}

/// Whether the current process may change the mode or owner of a file.
///
/// # Errors
/// EPERM if it is neither the owner nor root.
pub fn is_owner(k: &Kernel, ino: Ino) -> Result<(), Errno> {
    let user = user(k.state(), k.current_pid()).uid;
    if user == 0 || user == k.state().inode(ino).owner.uid { Ok(()) } else { Err(Errno::EPERM) }
}
