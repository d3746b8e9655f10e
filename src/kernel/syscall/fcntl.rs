//! `fcntl(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{
    F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_GETPIPE_SZ, F_SETFD, F_SETFL, F_SETPIPE_SZ, FdFlags, OpenFlags,
};
use crate::base::ids::{FileId, PipeId};
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{console, descriptor, pipe};
use crate::trace::event::Change;
use crate::trace::value::{Descriptor, InodeKind, OpenFile};

/// Controls a descriptor or an open file.
///
/// # Errors
/// EBADF, EBUSY, EINVAL, EMFILE, ENOMEM, EPERM.
pub fn sys_fcntl(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, command, argument, ..] = args;
    let fd = fd as u32;
    let entry = descriptor::entry(k, fd)?;
    match command as u32 {
        F_DUPFD => duplicate(k, entry.file, argument, false),
        F_DUPFD_CLOEXEC => duplicate(k, entry.file, argument, true),
        F_GETFD => Ok(u64::from(if entry.cloexec { FdFlags::FD_CLOEXEC.bits() } else { 0 })),
        F_SETFD => {
            let to = Descriptor { cloexec: argument as u32 & FdFlags::FD_CLOEXEC.bits() != 0, ..entry };
            if to != entry {
                let files = k.current_files();
                k.commit(Change::Fd { files, fd, from: Some(entry), to: Some(to) });
            }
            Ok(0)
        }
        F_GETFL => Ok(u64::from(k.state().file(entry.file).open.flags & !console::STANDARD_ERROR)),
        F_SETFL => {
            set_flags(k, entry.file, argument as u32);
            Ok(0)
        }
        F_GETPIPE_SZ => Ok(pipe::capacity(k.state().pipe(pipe_of(k, entry.file)?))),
        F_SETPIPE_SZ => {
            let pipe = pipe_of(k, entry.file)?;
            Ok(pipe::resize(k, pipe, argument as u32)?)
        }
        _ => Err(Errno::EINVAL.into()),
    }
}

fn duplicate(k: &mut Kernel, file: FileId, least: u64, cloexec: bool) -> SysResult {
    let least = least as u32;
    if least >= descriptor::limit(k) {
        return Err(Errno::EINVAL.into());
    }
    let files = k.current_files();
    let fd = descriptor::unused(k, files, least)?;
    descriptor::install(k, files, fd, file, cloexec);
    Ok(u64::from(fd))
}

/// Sets the flags that may change while a file is open; the others are ignored.
fn set_flags(k: &mut Kernel, file: FileId, flags: u32) {
    let settable = (OpenFlags::O_APPEND | OpenFlags::O_NONBLOCK | OpenFlags::O_DIRECT | OpenFlags::O_NOATIME).bits();
    let from = k.state().file(file).open;
    let to = OpenFile { flags: from.flags & !settable | flags & settable, ..from };
    if from != to {
        k.commit(Change::File { file, from: Some(from), to: Some(to) });
    }
}

fn pipe_of(k: &Kernel, file: FileId) -> Result<PipeId, Errno> {
    match k.state().inode(k.state().file(file).open.ino).inode.kind {
        InodeKind::Pipe(pipe) => Ok(pipe),
        InodeKind::Directory
        | InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Proc(_) => Err(Errno::EBADF),
    }
}
