//! Inodes: making them, describing them (`stat(2)`), and letting them go with their last name and holder.

use crate::abi::errno::Errno;
use crate::abi::flags::{DT_CHR, DT_DIR, DT_FIFO, DT_REG, S_IFCHR, S_IFDIR, S_IFIFO, S_IFREG};
use crate::abi::layout::Stat;
use crate::base::ids::Ino;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::vfs::path::Node;
use crate::kernel::vfs::{cache, permission, proc};
use crate::trace::event::Change;
use crate::trace::value::{Allocation, Inode, InodeKind, Owner};

/// The root directory.
pub const ROOT: Ino = Ino(1);

/// The device of `/`: the first virtio disk, 254:0.
pub const DISK_DEVICE: u64 = 254 << 8;
/// The device of shared anonymous memory, 0:1.
pub const SHMEM_DEVICE: u64 = 1;
/// The device of pipes, 0:14.
const PIPE_DEVICE: u64 = 14;
/// The device of `/proc`, 0:21.
const PROC_DEVICE: u64 = 21;
/// `/dev/console`, 5:1.
const CONSOLE_RDEV: u64 = 5 << 8 | 1;
/// `/dev/null`, 1:3.
const NULL_RDEV: u64 = 1 << 8 | 3;
/// `/dev/zero`, 1:5.
const ZERO_RDEV: u64 = 1 << 8 | 5;

/// Inodes that a machine of any size may have.
const LEAST_INODES: u32 = 4096;

/// Makes an inode without a name and without content; it belongs to the user of the current process.
///
/// # Errors
/// ENOSPC if there are too many: tmpfs allows half as many as there are frames (`shmem_default_max_inodes`). ENOMEM
/// without memory.
pub fn create(k: &mut Kernel, kind: InodeKind, mode: u16) -> Result<Ino, Errno> {
    let most = (k.config.ram_frames / 2).max(LEAST_INODES) as usize + k.disk.files.len();
    if k.state().inodes.len() >= most {
        return Err(Errno::ENOSPC);
    }
    k.may_allocate(Allocation::Inode)?;
    // The numbers of the disk's first files name what the disk holds: nothing else gets them.
    let least = if kind == InodeKind::Disk { k.disk.first_new() } else { ROOT };
    let ino = Ino(k.state().inodes.lowest_free(least.0));
    k.commit(Change::Inode { ino, from: None, to: Some(Inode { kind, mode }) });
    if let Some(task) = k.state().tasks.get(&k.current()) {
        let owner = permission::user(k.state(), task.tgid);
        k.set_owner(ino, owner);
    }
    Ok(ino)
}

/// Frees an inode with its cached pages if it has neither name nor holder. Whoever let go of an inode calls this. One
/// whose pages come from the disk at the moment goes when they have come.
pub fn drop_if_unused(k: &mut Kernel, ino: Ino) {
    let Some(state) = k.state().inodes.get(ino.0) else { return };
    if state.links > 0 || state.holders > 0 || !state.reading.is_empty() {
        return;
    }
    let inode = state.inode;
    cache::drop_from(k, ino, 0);
    let from = k.state().inode(ino).disk_pages;
    if from != u32::MAX {
        k.commit(Change::DiskPages { ino, from, to: u32::MAX });
    }
    let reserved = k.state().inode(ino).reserved;
    if reserved != 0 {
        k.commit(Change::Reserved { ino, from: reserved, to: 0 });
    }
    k.set_size(ino, 0);
    k.set_above(ino, Ino(0));
    k.set_owner(ino, Owner::default());
    k.commit(Change::Inode { ino, from: Some(inode), to: None });
}

/// Whether the pages of a file count in what memory is promised one by one: those of a file in memory do, unless it was
/// promised all of them when it was made.
#[must_use]
pub fn counts_each_page(state: &State, ino: Ino) -> bool {
    let inode = state.inode(ino);
    inode.inode.kind == InodeKind::Memory && inode.reserved == 0
}

/// Whether it holds entries.
#[must_use]
pub fn is_directory(kind: InodeKind) -> bool {
    match kind {
        InodeKind::Directory => true,
        InodeKind::Proc(entry) => proc::is_directory(entry),
        InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Pipe(_) => false,
    }
}

/// Whether it is a regular file with pages.
#[must_use]
pub fn is_regular(kind: InodeKind) -> bool {
    match kind {
        InodeKind::Disk | InodeKind::Memory => true,
        InodeKind::Directory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Pipe(_)
        | InodeKind::Proc(_) => false,
    }
}

/// The type bits of `st_mode`.
#[must_use]
pub fn type_bits(kind: InodeKind) -> u32 {
    match kind {
        InodeKind::Disk | InodeKind::Memory => S_IFREG,
        InodeKind::Console | InodeKind::Null | InodeKind::Zero => S_IFCHR,
        InodeKind::Pipe(_) => S_IFIFO,
        InodeKind::Directory => S_IFDIR,
        InodeKind::Proc(entry) if proc::is_directory(entry) => S_IFDIR,
        InodeKind::Proc(_) => S_IFREG,
    }
}

/// The type in a directory entry.
#[must_use]
pub fn dirent_type(kind: InodeKind) -> u8 {
    match type_bits(kind) {
        S_IFDIR => DT_DIR,
        S_IFCHR => DT_CHR,
        S_IFIFO => DT_FIFO,
        _ => DT_REG,
    }
}

/// The device that holds an inode.
#[must_use]
pub fn device(kind: InodeKind) -> u64 {
    match kind {
        InodeKind::Pipe(_) => PIPE_DEVICE,
        InodeKind::Proc(_) => PROC_DEVICE,
        InodeKind::Directory
        | InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero => DISK_DEVICE,
    }
}

/// What `stat(2)` tells of a node.
// Linux: a file has three times, of access and change. Here: all are 0, because the clock starts with the machine and
// nothing asks.
#[must_use]
pub fn stat(state: &State, node: Node) -> Stat {
    let ino = match node {
        Node::Inode(ino) => ino,
        Node::Proc(entry) => return proc::stat(state, entry, PROC_DEVICE),
    };
    let inode = state.inode(ino);
    let kind = inode.inode.kind;
    let (size, pages, rdev) = match kind {
        InodeKind::Directory => (PAGE_SIZE, 1, 0),
        InodeKind::Disk => (inode.size, inode.size.div_ceil(PAGE_SIZE), 0),
        InodeKind::Memory => (inode.size, inode.cache.len() as u64, 0),
        InodeKind::Console => (0, 0, CONSOLE_RDEV),
        InodeKind::Null => (0, 0, NULL_RDEV),
        InodeKind::Zero => (0, 0, ZERO_RDEV),
        InodeKind::Pipe(_) | InodeKind::Proc(_) => (0, 0, 0),
    };
    Stat {
        dev: device(kind),
        ino: u64::from(ino.0),
        nlink: u64::from(if matches!(kind, InodeKind::Pipe(_)) { 1 } else { inode.links }),
        mode: type_bits(kind) | u32::from(inode.inode.mode),
        uid: inode.owner.uid,
        gid: inode.owner.gid,
        rdev,
        size: size as i64,
        blksize: PAGE_SIZE as i64,
        blocks: (pages * (PAGE_SIZE / 512)) as i64,
        ..Stat::default()
    }
}
