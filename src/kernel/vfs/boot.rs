//! What the file system holds when the machine is switched on, and what pid 1 has open.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::base::ids::{FilesId, FsId, Ino};
use crate::kernel::core::Kernel;
use crate::kernel::vfs::inode::ROOT;
use crate::kernel::vfs::{console, descriptor, directory, fs};
use crate::trace::event::Change;
use crate::trace::value::{FsContext, Inode, InodeKind, ProcEntry};

/// Directories that every machine has, with their permission bits.
const DIRECTORIES: [(&[u8], u16); 8] = [
    (b"bin", 0o755),
    (b"sbin", 0o755),
    (b"etc", 0o755),
    (b"dev", 0o755),
    (b"home", 0o755),
    (b"root", 0o700),
    (b"tmp", 0o1777),
    (b"var", 0o755),
];

/// The files in `/dev`.
const DEVICES: [(&[u8], InodeKind, u16); 4] = [
    (b"console", InodeKind::Console, 0o600),
    (b"tty", InodeKind::Console, 0o666),
    (b"null", InodeKind::Null, 0o666),
    (b"zero", InodeKind::Zero, 0o666),
];

/// Builds the file system: the root, the usual directories and devices, `/proc`, and the files on the disk.
///
/// # Errors
/// EINVAL if a file on the disk has no name, EISDIR if it has that of a directory, ENOTDIR if a part of its path is no
/// directory.
pub fn boot(k: &mut Kernel) -> Result<(), Errno> {
    let root = Inode { kind: InodeKind::Directory, mode: 0o755 };
    k.commit(Change::Inode { ino: ROOT, from: None, to: Some(root) });
    k.set_above(ROOT, ROOT);
    k.set_links(ROOT, 2);
    let disk = k.disk.clone();
    // Inodes on the disk come first, so that their numbers are the disk's order.
    for (ino, file) in disk.inodes() {
        let inode = Inode { kind: InodeKind::Disk, mode: file.mode & 0o7777 };
        k.commit(Change::Inode { ino, from: None, to: Some(inode) });
        k.set_size(ino, file.bytes.len() as u64);
    }
    for (name, mode) in DIRECTORIES {
        let _ = directory::create(k, ROOT, name, InodeKind::Directory, mode)?;
    }
    let proc = directory::create(k, ROOT, b"proc", InodeKind::Proc(ProcEntry::Root), 0o555)?;
    k.set_above(proc, ROOT);
    let dev = k.state().inode(ROOT).entries[b"dev".as_slice()];
    for (name, kind, mode) in DEVICES {
        let _ = directory::create(k, dev, name, kind, mode)?;
    }
    for (ino, file) in disk.inodes() {
        place(k, file.path.as_bytes(), ino)?;
    }
    Ok(())
}

/// Gives a file on the disk its path; a file that is there already loses it.
fn place(k: &mut Kernel, path: &[u8], ino: Ino) -> Result<(), Errno> {
    let names: Vec<&[u8]> = path.split(|&byte| byte == b'/').filter(|name| !name.is_empty()).collect();
    let (&name, above) = names.split_last().ok_or(Errno::EINVAL)?;
    let mut directory = ROOT;
    for &name in above {
        let there = k.state().inode(directory).entries.get(name).copied();
        directory = match there {
            Some(ino) if k.state().inode(ino).inode.kind == InodeKind::Directory => ino,
            Some(_) => return Err(Errno::ENOTDIR),
            None => directory::create(k, directory, name, InodeKind::Directory, 0o755)?,
        };
    }
    if let Some(&old) = k.state().inode(directory).entries.get(name) {
        if super::inode::is_directory(k.state().inode(old).inode.kind) {
            return Err(Errno::EISDIR);
        }
        directory::remove(k, directory, name, old);
    }
    directory::add(k, directory, name, ino);
    Ok(())
}

/// Descriptors 0, 1 and 2 on the console, and `/` as working directory, for the first process.
// Linux: descriptors 0, 1 and 2 of the first process share one open file. Here: each has its own, because the host
// shows standard error apart.
///
/// # Errors
/// ENFILE, EMFILE if there may be no so many files.
pub fn first_process(k: &mut Kernel) -> Result<(FilesId, FsId), Errno> {
    let entries =
        |k: &Kernel, at: Ino, name: &[u8]| k.state().inode(at).entries.get(name).copied().ok_or(Errno::ENOENT);
    let dev = entries(k, ROOT, b"dev")?;
    let tty = entries(k, dev, b"console")?;
    let files = descriptor::create_table(k);
    for mark in [0, 0, console::STANDARD_ERROR] {
        let file = descriptor::open(k, tty, OpenFlags::O_RDWR.bits() | mark)?;
        let fd = descriptor::unused(k, files, 0)?;
        descriptor::install(k, files, fd, file, false);
    }
    let fs = fs::create(k, FsContext { cwd: ROOT, umask: 0o022 });
    Ok((files, fs))
}
