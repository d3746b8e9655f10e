//! Paths: from names to nodes (`path_resolution(7)`), and from an inode back to its name.

use crate::abi::errno::Errno;
use crate::abi::flags::AT_FDCWD;
use crate::base::ids::{Ino, Pid, Tid};
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::inode::ROOT;
use crate::kernel::vfs::{descriptor, inode, permission, proc};
use crate::trace::value::{InodeKind, ProcEntry};

/// Longest name of an entry (`NAME_MAX`).
const NAME_MAX: usize = 255;
/// Longest path with its NUL (`PATH_MAX`).
pub const PATH_MAX: usize = 4096;

impl Kernel {
    /// A path that the current task passes.
    ///
    /// # Errors
    /// EFAULT, ENAMETOOLONG, or a sleep.
    pub fn read_path(&mut self, address: u64) -> SysResult<Vec<u8>> {
        self.read_user_string(address, PATH_MAX)?.ok_or(Errno::ENAMETOOLONG.into())
    }
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// An inode that exists.
    Inode(Ino),
    /// An entry of `/proc`, whose inode is made when it is opened.
    Proc(ProcEntry),
}

/// A path followed up to its last name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target<'a> {
    /// The directory that the last name is looked up in.
    pub directory: Node,
    /// The last name; empty if the path is that of the root.
    pub name: &'a [u8],
    /// Whether a slash follows it: it has to be a directory.
    pub slash: bool,
    /// What is there, if anything.
    pub node: Option<Node>,
}

impl Target<'_> {
    /// What is there, at the end of a link if it is one.
    ///
    /// # Errors
    /// ENOENT if nothing is, ENOTDIR if a slash follows a name that is no directory's.
    pub fn existing(&self, state: &State) -> Result<Node, Errno> {
        let node = followed(state, self.node.ok_or(Errno::ENOENT)?)?;
        if self.slash && !is_directory(state, node) {
            return Err(Errno::ENOTDIR);
        }
        Ok(node)
    }

    /// The inode of the directory, to add an entry to.
    ///
    /// # Errors
    /// ENOENT in `/proc` and in a directory that was removed.
    pub fn directory_to_change(&self, state: &State) -> Result<Ino, Errno> {
        match self.directory {
            Node::Inode(ino) if state.inode(ino).links > 0 => Ok(ino),
            Node::Inode(_) | Node::Proc(_) => Err(Errno::ENOENT),
        }
    }
}

/// What a link leads to; anything else is its own end.
fn followed(state: &State, node: Node) -> Result<Node, Errno> {
    match node {
        Node::Proc(entry) if proc::is_link(entry) => {
            proc::follow(state, entry).map(|ino| node_of(state, ino)).ok_or(Errno::ENOENT)
        }
        Node::Proc(_) | Node::Inode(_) => Ok(node),
    }
}

/// The node of an inode.
#[must_use]
pub fn node_of(state: &State, ino: Ino) -> Node {
    match state.inode(ino).inode.kind {
        InodeKind::Proc(entry) => Node::Proc(entry),
        InodeKind::Directory
        | InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Pipe(_) => Node::Inode(ino),
    }
}

/// What kind of thing a node is.
#[must_use]
pub fn kind_of(state: &State, node: Node) -> InodeKind {
    match node {
        Node::Inode(ino) => state.inode(ino).inode.kind,
        Node::Proc(entry) => InodeKind::Proc(entry),
    }
}

/// Whether a node is a directory.
#[must_use]
pub fn is_directory(state: &State, node: Node) -> bool {
    inode::is_directory(kind_of(state, node))
}

/// Follows a path from a directory, for a task (whose process `/proc/self` stands for).
// Linux: symbolic links may stand anywhere. Here: only in /proc, where the kernel makes them up, because no script needs
// others.
///
/// # Errors
/// ENOENT and ENOTDIR for all names but the last, EACCES and ENAMETOOLONG for any.
pub fn resolve<'a>(state: &State, me: Tid, at: Ino, path: &'a [u8]) -> Result<Target<'a>, Errno> {
    if path.is_empty() {
        return Err(Errno::ENOENT);
    }
    if path.len() >= PATH_MAX {
        return Err(Errno::ENAMETOOLONG);
    }
    let start = if path[0] == b'/' { ROOT } else { at };
    let mut directory = node_of(state, start);
    let mut names = path.split(|&byte| byte == b'/').filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        let node = step(state, me, directory, name)?;
        if names.peek().is_none() {
            return Ok(Target { directory, name, slash: path.ends_with(b"/"), node });
        }
        directory = followed(state, node.ok_or(Errno::ENOENT)?)?;
    }
    Ok(Target { directory, name: b"", slash: true, node: Some(directory) })
}

/// Looks one name up in a directory.
fn step(state: &State, me: Tid, directory: Node, name: &[u8]) -> Result<Option<Node>, Errno> {
    if !is_directory(state, directory) {
        return Err(Errno::ENOTDIR);
    }
    let pid = state.tasks.get(&me).map_or(Pid(0), |task| task.tgid);
    permission::check(state, pid, directory, permission::EXECUTE)?;
    if name.len() > NAME_MAX {
        return Err(Errno::ENAMETOOLONG);
    }
    if name == b"." {
        return Ok(Some(directory));
    }
    Ok(match directory {
        // Linux: a removed directory still knows the one above. Here: not, because that one may be gone, too.
        Node::Inode(ino) if name == b".." => {
            Some(state.inode(ino).above).filter(|&above| above != Ino(0)).map(Node::Inode)
        }
        Node::Inode(ino) => state.inode(ino).entries.get(name).map(|&ino| node_of(state, ino)),
        Node::Proc(entry) if name == b".." => Some(proc::above(entry).map_or(Node::Inode(ROOT), Node::Proc)),
        Node::Proc(entry) => proc::child(state, me, entry, name).map(Node::Proc),
    })
}

/// The working directory of the current task.
#[must_use]
pub fn working_directory(k: &Kernel) -> Ino {
    k.state().fs(k.current_fs()).context.cwd
}

/// The directory that a path of an `…at` call is relative to.
///
/// # Errors
/// EBADF if the path is relative and the descriptor is not open.
pub fn start_at(k: &Kernel, dirfd: u64, path: &[u8]) -> Result<Ino, Errno> {
    if dirfd as i32 == AT_FDCWD || path.first() == Some(&b'/') {
        return Ok(working_directory(k));
    }
    let file = descriptor::get(k, dirfd as u32)?;
    Ok(k.state().file(file).open.ino)
}

/// Follows a path from a directory, for the current task.
///
/// # Errors
/// As [`resolve`].
pub fn target<'a>(k: &Kernel, at: Ino, path: &'a [u8]) -> Result<Target<'a>, Errno> {
    resolve(k.state(), k.current(), at, path)
}

/// The inode that a path leads to, from the current task's working directory. That of an entry of `/proc` may have
/// been made for this: whoever does not hold it calls [`inode::drop_if_unused`].
///
/// # Errors
/// ENOENT, ENOTDIR, ENAMETOOLONG, ENOSPC.
pub fn lookup(k: &mut Kernel, path: &[u8]) -> Result<Ino, Errno> {
    let node = target(k, working_directory(k), path)?.existing(k.state())?;
    materialize(k, node)
}

/// The inode of a node, made if it is one of `/proc` that nobody holds.
///
/// # Errors
/// ENOSPC if there are too many.
pub fn materialize(k: &mut Kernel, node: Node) -> Result<Ino, Errno> {
    match node {
        Node::Inode(ino) => Ok(ino),
        Node::Proc(entry) => {
            let kind = InodeKind::Proc(entry);
            let held = k.state().inodes.iter().find(|(_, inode)| inode.inode.kind == kind).map(|(ino, _)| Ino(ino));
            match held {
                Some(ino) => Ok(ino),
                None => inode::create(k, kind, proc::mode(entry)),
            }
        }
    }
}

/// The absolute path of an inode; ` (deleted)` stands behind what has no name any more.
#[must_use]
pub fn path_of(state: &State, ino: Ino) -> String {
    let Some(inode) = state.inodes.get(ino.0) else { return " (deleted)".to_owned() };
    match inode.inode.kind {
        InodeKind::Pipe(_) => return format!("pipe:[{}]", ino.0),
        InodeKind::Proc(entry) => return entry.path(),
        InodeKind::Directory
        | InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero => {}
    }
    let mut names = Vec::new();
    let mut at = ino;
    while at != ROOT {
        let Some((above, name)) = name_of(state, at) else {
            return if names.is_empty() { "/ (deleted)".to_owned() } else { format!("/{} (deleted)", joined(&names)) };
        };
        names.push(name);
        at = above;
    }
    format!("/{}", joined(&names))
}

fn joined(names: &[String]) -> String {
    names.iter().rev().map(String::as_str).collect::<Vec<_>>().join("/")
}

/// The directory that has an entry for an inode, and the entry's name.
fn name_of(state: &State, ino: Ino) -> Option<(Ino, String)> {
    let named = |directory: u32| {
        let inode = state.inodes.get(directory)?;
        let (name, _) = inode.entries.iter().find(|&(_, &child)| child == ino)?;
        Some((Ino(directory), String::from_utf8_lossy(name).into_owned()))
    };
    let above = state.inodes.get(ino.0)?.above;
    if above == Ino(0) { state.inodes.iter().find_map(|(directory, _)| named(directory)) } else { named(above.0) }
}
