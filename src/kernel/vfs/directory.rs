//! Directories: adding and removing entries, and listing them (`getdents64(2)`).

use crate::abi::errno::Errno;
use crate::abi::flags::DT_DIR;
use crate::abi::layout::Dirent;
use crate::base::ids::Ino;
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::vfs::path::{Node, node_of};
use crate::kernel::vfs::{inode, proc};
use crate::trace::event::Change;
use crate::trace::value::InodeKind;

/// Gives an inode a name; a directory takes its place in the tree with that.
pub fn add(k: &mut Kernel, directory: Ino, name: &[u8], ino: Ino) {
    let name = k.keep(name);
    k.commit(Change::Entry { dir: directory, name, from: None, to: Some(ino) });
    let links = k.state().inode(ino).links;
    if k.state().inode(ino).inode.kind == InodeKind::Directory {
        // Its name and its own `.`; its `..` is a name of the directory above.
        k.set_links(ino, links + 2);
        k.set_above(ino, directory);
        let links = k.state().inode(directory).links;
        k.set_links(directory, links + 1);
    } else {
        k.set_links(ino, links + 1);
    }
}

/// Takes a name away, and with the last one the inode, unless somebody holds it.
pub fn remove(k: &mut Kernel, directory: Ino, name: &[u8], ino: Ino) {
    let name = k.keep(name);
    k.commit(Change::Entry { dir: directory, name, from: Some(ino), to: None });
    let links = k.state().inode(ino).links;
    if k.state().inode(ino).inode.kind == InodeKind::Directory {
        k.set_links(ino, links - 2);
        k.set_above(ino, Ino(0));
        let links = k.state().inode(directory).links;
        k.set_links(directory, links - 1);
    } else {
        k.set_links(ino, links - 1);
    }
    inode::drop_if_unused(k, ino);
}

/// Gives an inode another name, which is free, in the same or another directory.
pub fn rename(k: &mut Kernel, (from, old): (Ino, &[u8]), (to, new): (Ino, &[u8]), ino: Ino) {
    let old = k.keep(old);
    k.commit(Change::Entry { dir: from, name: old, from: Some(ino), to: None });
    let new = k.keep(new);
    k.commit(Change::Entry { dir: to, name: new, from: None, to: Some(ino) });
    if k.state().inode(ino).inode.kind == InodeKind::Directory && from != to {
        // Its `..` is a name of the directory above.
        let links = k.state().inode(from).links;
        k.set_links(from, links - 1);
        let links = k.state().inode(to).links;
        k.set_links(to, links + 1);
        k.set_above(ino, to);
    }
}

/// Makes a directory or a file with a name.
///
/// # Errors
/// ENOSPC if there are too many inodes.
pub fn create(k: &mut Kernel, directory: Ino, name: &[u8], kind: InodeKind, mode: u16) -> Result<Ino, Errno> {
    let ino = inode::create(k, kind, mode)?;
    add(k, directory, name, ino);
    Ok(ino)
}

/// An entry in a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The number of its inode.
    pub ino: u64,
    /// The position at which the listing goes on behind it.
    pub next: u64,
    /// Its type: DT_REG and its kin.
    pub kind: u8,
    /// Its name.
    pub name: Vec<u8>,
}

/// Where the entries behind `.` and `..` begin.
pub(super) const FIRST: u64 = 2;

/// The entries of a directory from a position on. Positions stay valid while entries come and go: behind `.` and `..`
/// entries stand in the order of their inodes, and the inode is the position.
#[must_use]
pub fn list(state: &State, directory: Ino, from: u64) -> Vec<Listed> {
    let inode = state.inode(directory);
    if let InodeKind::Proc(entry) = inode.inode.kind {
        return proc::list(state, entry, from);
    }
    let above = if inode.above == Ino(0) { directory } else { inode.above };
    let mut listed = dots(u64::from(directory.0), u64::from(above.0), from);
    let mut entries: Vec<(Ino, &[u8])> = inode.entries.iter().map(|(name, &ino)| (ino, &**name)).collect();
    entries.sort_unstable();
    let rest = entries.into_iter().filter(|&(ino, _)| FIRST + u64::from(ino.0) >= from);
    listed.extend(rest.map(|(ino, name)| {
        let number = match node_of(state, ino) {
            Node::Inode(ino) => u64::from(ino.0),
            Node::Proc(entry) => proc::number(entry),
        };
        let kind = inode::dirent_type(state.inode(ino).inode.kind);
        Listed { ino: number, next: FIRST + u64::from(ino.0) + 1, kind, name: name.to_vec() }
    }));
    listed
}

/// `.` and `..`, from a position on.
pub(super) fn dots(own: u64, above: u64, from: u64) -> Vec<Listed> {
    let dots = [(own, 1, b".".to_vec()), (above, FIRST, b"..".to_vec())];
    let dots = dots.into_iter().filter(|&(_, next, _)| next > from);
    dots.map(|(ino, next, name)| Listed { ino, next, kind: DT_DIR, name }).collect()
}

/// Entries as `getdents64` gives them, as many as fit in `room` bytes, and the position behind the last of them.
///
/// # Errors
/// EINVAL if there are entries and not even the first one fits.
pub fn dirents(listed: &[Listed], room: usize) -> Result<(Vec<u8>, Option<u64>), Errno> {
    let mut bytes = Vec::new();
    let mut position = None;
    for entry in listed {
        let dirent = Dirent { ino: entry.ino, next_offset: entry.next as i64, kind: entry.kind, name: &entry.name };
        if !dirent.append(&mut bytes, room) {
            break;
        }
        position = Some(entry.next);
    }
    if position.is_none() && !listed.is_empty() {
        return Err(Errno::EINVAL);
    }
    Ok((bytes, position))
}
