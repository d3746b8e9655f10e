//! The content of regular files: reading, writing and cutting them, page by page through the cache.

use crate::abi::errno::Errno;
use crate::base::ids::Ino;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::mm::reclaim;
use crate::kernel::mm::replacement::two_list;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::transfer::Transfer;
use crate::kernel::vfs::{cache, writeback};
use crate::trace::value::FrameKind;

/// The size that no file can exceed: 2^32 pages.
const MAX_SIZE: u64 = PAGE_SIZE << 32;

/// Gives the program bytes of a file from `position` on, until the buffer is full or the file ends.
///
/// # Errors
/// EFAULT, ENOMEM, or a sleep; `transfer` tells how far it came.
pub fn read(k: &mut Kernel, ino: Ino, mut position: u64, transfer: &mut Transfer) -> SysResult<()> {
    while transfer.left() > 0 {
        let rest = k.state().inode(ino).size.saturating_sub(position);
        let piece = transfer.piece(rest.min(PAGE_SIZE - position % PAGE_SIZE));
        if piece == 0 {
            break;
        }
        let bytes = load(k, ino, position, piece)?;
        transfer.give(k, &bytes)?;
        k.charge(cache::copy_cost(piece));
        position += piece as u64;
    }
    Ok(())
}

/// Bytes of one page of a file; a hole takes no frame.
fn load(k: &mut Kernel, ino: Ino, position: u64, len: usize) -> SysResult<Vec<u8>> {
    let (page, offset) = ((position / PAGE_SIZE) as u32, (position % PAGE_SIZE) as u16);
    if cache::present(k.state(), ino, page).is_none() && !cache::is_stored(k, ino, page) {
        return Ok(vec![0; len]);
    }
    reclaim::pin_of_file(k, ino, page);
    let frame = cache::page(k, ino, page)?;
    two_list::mark_accessed(k, frame);
    Ok(cache::load(k, frame, offset, len))
}

/// Takes bytes from the program and writes them to a file from `position` on.
///
/// # Errors
/// EFAULT, EFBIG, ENOMEM, or a sleep; `transfer` tells how far it came.
pub fn write(k: &mut Kernel, ino: Ino, mut position: u64, transfer: &mut Transfer) -> SysResult<()> {
    while transfer.left() > 0 {
        if position >= MAX_SIZE {
            return Err(Errno::EFBIG.into());
        }
        let piece = transfer.piece(PAGE_SIZE - position % PAGE_SIZE);
        let mut bytes = vec![0; piece];
        k.read_user(transfer.address(), &mut bytes)?;
        reclaim::pin_of_file(k, ino, (position / PAGE_SIZE) as u32);
        let frame = cache::page(k, ino, (position / PAGE_SIZE) as u32)?;
        writeback::mark_dirty(k, frame)?;
        // Writing is no sign that a page of the disk will be used again; of a file in memory it is (`shmem_get_folio_gfp`).
        if k.state().frame(frame).usage.kind == FrameKind::Shmem {
            two_list::mark_accessed(k, frame);
        }
        cache::store(k, frame, (position % PAGE_SIZE) as u16, &bytes);
        k.charge(cache::copy_cost(piece));
        transfer.done += piece as u64;
        position += piece as u64;
        if position > k.state().inode(ino).size {
            k.set_size(ino, position);
        }
    }
    Ok(())
}

/// Sets a file's size; what is cut off is gone, what is added reads as zeros.
///
/// # Errors
/// EFBIG, ENOMEM, ENOSPC, or a sleep, before anything was cut.
pub fn truncate(k: &mut Kernel, ino: Ino, size: u64) -> SysResult<()> {
    if size > MAX_SIZE {
        return Err(Errno::EFBIG.into());
    }
    if size < k.state().inode(ino).size {
        cache::wait_for_reads(k, ino)?;
        let pages = size.div_ceil(PAGE_SIZE) as u32;
        let rest = size % PAGE_SIZE;
        // The rest of the last page is zeros from now on, wherever the page is.
        let last = pages.wrapping_sub(1);
        if rest > 0 && (cache::present(k.state(), ino, last).is_some() || cache::is_stored(k, ino, last)) {
            let frame = cache::page(k, ino, last)?;
            writeback::mark_dirty(k, frame)?;
            cache::store(k, frame, rest as u16, &vec![0; (PAGE_SIZE - rest) as usize]);
        }
        cache::drop_from(k, ino, pages);
    }
    k.set_size(ino, size);
    Ok(())
}

/// Bytes of a regular file for the kernel itself, as exec reads a header; fewer than `len` at its end.
///
/// # Errors
/// ENOMEM, or a sleep.
pub fn read_kernel(k: &mut Kernel, ino: Ino, offset: u64, len: usize) -> SysResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let end = k.state().inode(ino).size.min(offset.saturating_add(len as u64));
    let mut position = offset;
    while position < end {
        let piece = (end - position).min(PAGE_SIZE - position % PAGE_SIZE);
        bytes.extend(load(k, ino, position, piece as usize)?);
        position += piece;
    }
    Ok(bytes)
}
