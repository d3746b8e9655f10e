//! `read(2)` and `pread64(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::transfer::Transfer;
use crate::kernel::vfs::{console, descriptor, file, inode, pipe, proc};
use crate::trace::value::{InodeKind, OpenFile, ProcEntry};

/// Reads from an open file at its offset, and moves the offset.
///
/// # Errors
/// EBADF, EINVAL, EISDIR, EFAULT, EAGAIN, ESRCH.
pub fn sys_read(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, buffer, count, ..] = args;
    let id = descriptor::get(k, fd as u32)?;
    let open = k.state().file(id).open;
    let flags = OpenFlags::from_bits_retain(open.flags);
    let mut transfer = check(k, open, buffer, count)?;
    let nonblock = flags.contains(OpenFlags::O_NONBLOCK);
    match k.state().inode(open.ino).inode.kind {
        InodeKind::Pipe(pipe) => return pipe::read(k, pipe, buffer, count, nonblock),
        InodeKind::Console => return console::read(k, buffer, count, nonblock),
        InodeKind::Directory
        | InodeKind::Disk
        | InodeKind::Memory
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Proc(_) => {}
    }
    let position = k.state().file(id).offset;
    let stopped = read_at(k, open, position, &mut transfer);
    transfer.move_offset(k, id, position, stopped);
    transfer.end(k, stopped)
}

/// Reads from an open file at a position, and leaves the offset alone.
///
/// # Errors
/// EBADF, EINVAL, EISDIR, EFAULT, ESPIPE, ESRCH.
pub fn sys_pread64(k: &mut Kernel, args: [u64; 6]) -> SysResult {
    let [fd, buffer, count, position, ..] = args;
    if (position as i64) < 0 {
        return Err(Errno::EINVAL.into());
    }
    let id = descriptor::get(k, fd as u32)?;
    let open = k.state().file(id).open;
    if matches!(k.state().inode(open.ino).inode.kind, InodeKind::Pipe(_) | InodeKind::Console) {
        return Err(Errno::ESPIPE.into());
    }
    let mut transfer = check(k, open, buffer, count)?;
    let stopped = read_at(k, open, position + transfer.done, &mut transfer);
    transfer.end(k, stopped)
}

fn check(k: &Kernel, open: OpenFile, buffer: u64, count: u64) -> Result<Transfer, Errno> {
    if !OpenFlags::from_bits_retain(open.flags).can_read() {
        return Err(Errno::EBADF);
    }
    if inode::is_directory(k.state().inode(open.ino).inode.kind) {
        return Err(Errno::EISDIR);
    }
    Transfer::begin(k, buffer, count)
}

/// Gives the program what lies at a position of a file that has positions.
fn read_at(k: &mut Kernel, open: OpenFile, position: u64, transfer: &mut Transfer) -> SysResult<()> {
    match k.state().inode(open.ino).inode.kind {
        InodeKind::Disk | InodeKind::Memory => file::read(k, open.ino, position, transfer),
        InodeKind::Zero => {
            while transfer.left() > 0 {
                let zeros = vec![0; transfer.piece(PAGE_SIZE)];
                transfer.give(k, &zeros)?;
            }
            Ok(())
        }
        InodeKind::Proc(entry) if proc::is_words(entry) => read_words(k, entry, position, transfer),
        InodeKind::Proc(entry) => {
            let text = proc::content(k, entry)?;
            let mut rest = text.get(usize::try_from(position).unwrap_or(usize::MAX)..).unwrap_or_default();
            while transfer.left() > 0 && !rest.is_empty() {
                let (piece, behind) = rest.split_at(transfer.piece(rest.len() as u64));
                transfer.give(k, piece)?;
                rest = behind;
            }
            Ok(())
        }
        InodeKind::Null | InodeKind::Directory | InodeKind::Console | InodeKind::Pipe(_) => Ok(()),
    }
}

/// Gives the program words of a file that is read by words, from a position on.
fn read_words(k: &mut Kernel, entry: ProcEntry, position: u64, transfer: &mut Transfer) -> SysResult<()> {
    let begins = transfer.done == 0;
    if begins && (!position.is_multiple_of(proc::WORD) || !transfer.count.is_multiple_of(proc::WORD)) {
        return Err(Errno::EINVAL.into());
    }
    let mut at = position;
    while transfer.left() > 0 {
        let words = proc::words(k, entry, at, transfer.piece(PAGE_SIZE))?;
        if words.is_empty() {
            break;
        }
        transfer.give(k, &words)?;
        at += words.len() as u64;
    }
    Ok(())
}
