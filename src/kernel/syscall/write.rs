//! `write(2)` and `pwrite64(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::transfer::Transfer;
use crate::kernel::vfs::{console, descriptor, file, pipe, proc};
use crate::trace::value::{InodeKind, OpenFile};

/// Writes to an open file at its offset, or at its end with O_APPEND, and moves the offset.
///
/// # Errors
/// EBADF, EINVAL, EFAULT, EFBIG, EAGAIN, ENOMEM, EPIPE.
pub fn sys_write(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, buffer, count, ..] = args;
    let id = descriptor::get(k, fd as u32)?;
    let open = k.state().file(id).open;
    let flags = OpenFlags::from_bits_retain(open.flags);
    let mut transfer = check(k, open, buffer, count)?;
    match k.state().inode(open.ino).inode.kind {
        InodeKind::Pipe(pipe) => {
            return pipe::write(k, pipe, buffer, count, flags.contains(OpenFlags::O_NONBLOCK));
        }
        InodeKind::Console => {
            let stopped = console::write(k, open.flags, &mut transfer);
            return transfer.end(k, stopped);
        }
        InodeKind::Directory
        | InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Proc(_) => {}
    }
    let append = flags.contains(OpenFlags::O_APPEND);
    let position = if append { k.state().inode(open.ino).size } else { k.state().file(id).offset };
    let stopped = write_at(k, open, position, &mut transfer);
    transfer.move_offset(k, id, position, stopped);
    transfer.end(k, stopped)
}

/// Writes to an open file at a position, and leaves the offset alone. With O_APPEND the position is ignored, as on
/// Linux (`pwrite(2)`, BUGS).
///
/// # Errors
/// EBADF, EINVAL, EFAULT, EFBIG, ENOMEM, ESPIPE.
pub fn sys_pwrite64(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, buffer, count, position, ..] = args;
    if (position as i64) < 0 {
        return Err(Errno::EINVAL.into());
    }
    let id = descriptor::get(k, fd as u32)?;
    let open = k.state().file(id).open;
    let inode = k.state().inode(open.ino);
    if matches!(inode.inode.kind, InodeKind::Pipe(_) | InodeKind::Console) {
        return Err(Errno::ESPIPE.into());
    }
    let append = OpenFlags::from_bits_retain(open.flags).contains(OpenFlags::O_APPEND);
    let size = inode.size;
    let mut transfer = check(k, open, buffer, count)?;
    let position = if append { size } else { position + transfer.done };
    let stopped = write_at(k, open, position, &mut transfer);
    transfer.end(k, stopped)
}

fn check(k: &Kernel, open: OpenFile, buffer: u64, count: u64) -> Result<Transfer, Errno> {
    if !OpenFlags::from_bits_retain(open.flags).can_write() {
        return Err(Errno::EBADF);
    }
    if let InodeKind::Proc(entry) = k.state().inode(open.ino).inode.kind
        && !proc::is_writable(entry)
    {
        return Err(Errno::EINVAL);
    }
    Transfer::begin(k, buffer, count)
}

/// Takes what the program writes at a position of a file that has positions; devices swallow it unread.
fn write_at(k: &mut Kernel, open: OpenFile, position: u64, transfer: &mut Transfer) -> SysResult<()> {
    match k.state().inode(open.ino).inode.kind {
        InodeKind::Disk | InodeKind::Memory => file::write(k, open.ino, position, transfer),
        InodeKind::Null | InodeKind::Zero => {
            transfer.done = transfer.count;
            Ok(())
        }
        InodeKind::Proc(entry) => {
            let mut bytes = vec![0; transfer.left().min(PAGE_SIZE) as usize];
            k.read_user(transfer.address(), &mut bytes)?;
            transfer.done += proc::write(k, entry, position, &bytes)? as u64;
            Ok(())
        }
        InodeKind::Directory | InodeKind::Console | InodeKind::Pipe(_) => Err(Errno::EINVAL.into()),
    }
}
