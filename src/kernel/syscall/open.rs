//! `open(2)` and `openat(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{AT_FDCWD, OpenFlags};
use crate::base::ids::Ino;
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::inode::ROOT;
use crate::kernel::vfs::path::{self, Target};
use crate::kernel::vfs::{descriptor, directory, file, inode, permission};
use crate::trace::value::{InodeKind, MmField};

/// Opens a file by a path from the working directory.
///
/// # Errors
/// As [`sys_openat`].
pub fn sys_open(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [path, flags, mode, ..] = args;
    sys_openat(k, [AT_FDCWD as u64, path, flags, mode, 0, 0])
}

/// Opens a file by a path from a directory, and answers the lowest free descriptor.
///
/// # Errors
/// EACCES, EFAULT, EINVAL, EMFILE, ENFILE, ENOENT, ENOTDIR, EISDIR, EEXIST, ENAMETOOLONG, ENOMEM, ENOSPC, ENXIO, ETXTBSY, EOPNOTSUPP.
pub fn sys_openat(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [dirfd, path, flags, mode, ..] = args;
    let flags = OpenFlags::from_bits_retain(flags as u32);
    check(flags)?;
    let path = k.read_path(path)?;
    let files = k.current_files();
    let fd = descriptor::unused(k, files, 0)?;
    let at = path::start_at(k, dirfd, &path)?;
    let target = path::target(k, at, &path)?;
    let ino = match target.node {
        None if flags.contains(OpenFlags::O_CREAT) => create(k, &target, mode)?,
        _ => existing(k, &target, flags)?,
    };
    if let Err(stop) = prepare(k, ino, flags) {
        inode::drop_if_unused(k, ino);
        return Err(stop);
    }
    let once = OpenFlags::O_CREAT | OpenFlags::O_EXCL | OpenFlags::O_NOCTTY | OpenFlags::O_TRUNC | OpenFlags::O_CLOEXEC;
    // Linux: F_GETFL shows O_LARGEFILE, too. Here: not, because every file is a large one.
    let kept = flags.difference(once).bits() & !crate::kernel::vfs::console::STANDARD_ERROR;
    let open = descriptor::open(k, ino, kept).inspect_err(|_| inode::drop_if_unused(k, ino))?;
    descriptor::install(k, files, fd, open, flags.contains(OpenFlags::O_CLOEXEC));
    Ok(u64::from(fd))
}

/// Flags that can not be together, or that the model has not.
fn check(flags: OpenFlags) -> Result<(), Errno> {
    if flags.contains(OpenFlags::O_TMPFILE) {
        return Err(Errno::EOPNOTSUPP);
    }
    // Linux: O_PATH opens without reading or writing. Here: EINVAL, because no call of the model takes such a file.
    let both = OpenFlags::O_CREAT | OpenFlags::O_DIRECTORY;
    if flags.contains(both) || flags.contains(OpenFlags::O_PATH) {
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// The file that is there, if the flags and its mode allow it.
fn existing(k: &mut Kernel, target: &Target<'_>, flags: OpenFlags) -> Result<Ino, Errno> {
    if let Some(node) = target.node
        && flags.contains(OpenFlags::O_CREAT)
    {
        if flags.contains(OpenFlags::O_EXCL) {
            return Err(Errno::EEXIST);
        }
        if path::is_directory(k.state(), node) {
            return Err(Errno::EISDIR);
        }
    }
    let node = target.existing(k.state())?;
    let read = if flags.can_read() { permission::READ } else { 0 };
    let writes = flags.can_write() || flags.contains(OpenFlags::O_TRUNC);
    let write = if writes { permission::WRITE } else { 0 };
    permission::check(k.state(), k.current_pid(), node, read | write)?;
    path::materialize(k, node)
}

/// A new file.
fn create(k: &mut Kernel, target: &Target<'_>, mode: u64) -> Result<Ino, Errno> {
    if target.slash {
        return Err(Errno::EISDIR);
    }
    let directory = target.directory_to_change(k.state())?;
    permission::may_add(k, directory)?;
    let umask = k.state().fs(k.current_fs()).context.umask;
    let kind = if is_in_memory(k.state(), directory) { InodeKind::Memory } else { InodeKind::Disk };
    directory::create(k, directory, target.name, kind, mode as u16 & 0o7777 & !umask)
}

/// Whether what is made in a directory stays in memory: in `/tmp` and below.
// Linux: a tmpfs on /tmp is another file system, and rename and link between them are EXDEV. Here: a file can be given a
// name anywhere and stays where it was made, because paths are all that the two have of their own.
fn is_in_memory(state: &State, mut directory: Ino) -> bool {
    let tmp = state.inode(ROOT).entries.get(&b"tmp"[..]).copied();
    while directory != ROOT && directory != Ino(0) {
        if Some(directory) == tmp {
            return true;
        }
        directory = state.inode(directory).above;
    }
    false
}

/// Whether it is `/dev/tty`, the controlling terminal of whoever opens it.
fn is_tty(k: &Kernel, ino: Ino) -> bool {
    let entry = |directory: Ino, name: &[u8]| k.state().inode(directory).entries.get(name).copied();
    entry(ROOT, b"dev").and_then(|dev| entry(dev, b"tty")) == Some(ino)
}

/// Checks what the flags want of a file, and cuts it with O_TRUNC.
fn prepare(k: &mut Kernel, ino: Ino, flags: OpenFlags) -> SysResult<()> {
    let kind = k.state().inode(ino).inode.kind;
    let writes = flags.can_write() || flags.contains(OpenFlags::O_TRUNC);
    if inode::is_directory(kind) {
        return if writes { Err(Errno::EISDIR.into()) } else { Ok(()) };
    }
    if flags.contains(OpenFlags::O_DIRECTORY) {
        return Err(Errno::ENOTDIR.into());
    }
    if is_tty(k, ino) && k.state().console_session != k.state().process(k.current_pid()).session {
        return Err(Errno::ENXIO.into());
    }
    if writes && k.state().mms.iter().any(|(_, mm)| mm.field(MmField::Exe) == u64::from(ino.0)) {
        return Err(Errno::ETXTBSY.into());
    }
    if flags.contains(OpenFlags::O_TRUNC) && inode::is_regular(kind) {
        file::truncate(k, ino, 0)?;
    }
    Ok(())
}
