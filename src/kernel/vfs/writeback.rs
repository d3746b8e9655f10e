//! Write-back: changed pages of files go to the disk (`mm/page-writeback.c`, `fs/fs-writeback.c`).
//!
//! A page is marked dirty when a call writes it or a program first writes it through a shared mapping; for that it is
//! mapped read-only while it is clean. It gets a block of the disk then, so that a full disk is told to who writes.

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::{Block, Frame, Ino};
use crate::base::units::{PAGE_SHIFT, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::device;
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::state::Mapping;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::cache;
use crate::machine::mmu;
use crate::machine::pte::{D, W};
use crate::trace::event::Change;
use crate::trace::value::{Device, FrameFlags, FrameKind, Io, WaitOn};

/// A page of a file is about to be changed: it gets a block of the disk, and is dirty.
///
/// # Errors
/// ENOSPC if the disk is full.
pub fn mark_dirty(k: &mut Kernel, frame: Frame) -> Result<(), Errno> {
    let state = k.state().frame(frame);
    let (usage, flags) = (state.usage, state.flags);
    if usage.kind != FrameKind::File || flags.contains(FrameFlags::DIRTY) {
        return Ok(());
    }
    let (ino, page) = (Ino(usage.owner), usage.index);
    if !k.state().inode(ino).blocks.contains_key(&page) {
        let _ = take_block(k, ino, page)?;
    }
    k.set_frame_flags(frame, flags.union(FrameFlags::DIRTY));
    Ok(())
}

/// Gives a page of a file that has none a block of the disk, which holds zeros.
///
/// # Errors
/// ENOSPC if the disk is full.
pub fn take_block(k: &mut Kernel, ino: Ino, page: u32) -> Result<Block, Errno> {
    let block = Block(k.state().blocks.lowest_free(0));
    if block.0 >= k.config.disk_blocks {
        return Err(Errno::ENOSPC);
    }
    k.commit(Change::DiskBlock { ino, page, from: None, to: Some(block) });
    Ok(block)
}

/// Begins to write a dirty page of a file; its next writer will be noticed.
pub fn start(k: &mut Kernel, frame: Frame) {
    let usage = k.state().frame(frame).usage;
    let (ino, page) = (Ino(usage.owner), usage.index);
    write_protect(k, frame);
    let flags = k.state().frame(frame).flags;
    k.set_frame_flags(frame, flags.union(FrameFlags::WRITEBACK).difference(FrameFlags::DIRTY));
    let block = k.state().inode(ino).blocks[&page];
    k.with_bus(|bus| bus.write_block(Device::Disk, block.0, frame));
    device::submit(k, Io::WriteFile(ino, page));
}

/// No entry allows a page to be written, or says that it was (`folio_mkclean`).
fn write_protect(k: &mut Kernel, frame: Frame) {
    for Mapping { mm, page } in k.state().frame(frame).mappers.to_vec() {
        let walk = mmu::walk(&k.state().hardware.phys, k.state().mm(mm).pgd(), Vaddr(page << PAGE_SHIFT));
        if let Some(step) = walk.leaf() {
            table::set_leaf(k, mm, Leaf { page, step }, step.pte.without(W | D));
        }
    }
}

/// The disk has written a page. One that was to be evicted is dropped, unless it is in use again.
pub fn done(k: &mut Kernel, ino: Ino, page: u32) {
    let Some(&frame) = k.state().inodes.get(ino.0).and_then(|inode| inode.cache.get(&page)) else { return };
    let state = k.state().frame(frame);
    let (maps, flags) = (state.maps, state.flags);
    k.set_frame_flags(frame, flags.difference(FrameFlags::WRITEBACK | FrameFlags::RECLAIM));
    if flags.contains(FrameFlags::RECLAIM) && maps == 0 && !flags.contains(FrameFlags::DIRTY) {
        cache::drop_page(k, ino, page);
    }
}

/// Begins to write the changed pages of a file in a range; tells whether any was changed again while it is being written.
pub fn start_dirty(k: &mut Kernel, ino: Ino, pages: Range<u32>) -> bool {
    let frames: Vec<Frame> = k.state().inode(ino).cache.range(pages).map(|(_, &frame)| frame).collect();
    let mut again = false;
    for frame in frames {
        let flags = k.state().frame(frame).flags;
        if flags.contains(FrameFlags::DIRTY | FrameFlags::WRITEBACK) {
            again = true;
        } else if flags.contains(FrameFlags::DIRTY) {
            start(k, frame);
        }
    }
    again
}

/// The state of [`sync`] in a task's progress: what is being written is waited for, and that is all, or not.
const LAST_PASS: u64 = 1;
const ANOTHER_PASS: u64 = 2;

/// Writes the changed pages of files in ranges, and comes back when what was changed before is on the disk.
///
/// A page that is changed again while it is being written is written once more. That happens once: who changes a page
/// again and again does not keep the caller for ever.
///
/// # Errors
/// Sleeps while the disk is at work; the task's progress is this function's.
pub fn sync(k: &mut Kernel, files: &[(Ino, Range<u32>)]) -> SysResult<()> {
    let tid = k.current();
    let mut pass = k.state().task(tid).progress;
    loop {
        if pass == 0 {
            let again = start_all(k, files);
            pass = if again { ANOTHER_PASS } else { LAST_PASS };
        }
        if files.iter().any(|(ino, pages)| is_being_written(k, *ino, pages.clone())) {
            k.set_progress(tid, pass);
            return Err(k.sleep_on(WaitOn::Writeback, true));
        }
        if pass == LAST_PASS {
            return Ok(());
        }
        let _ = start_all(k, files);
        pass = LAST_PASS;
    }
}

fn start_all(k: &mut Kernel, files: &[(Ino, Range<u32>)]) -> bool {
    files.iter().fold(false, |again, (ino, pages)| start_dirty(k, *ino, pages.clone()) | again)
}

fn is_being_written(k: &Kernel, ino: Ino, pages: Range<u32>) -> bool {
    let mut cached = k.state().inode(ino).cache.range(pages);
    cached.any(|(_, &frame)| k.state().frame(frame).flags.contains(FrameFlags::WRITEBACK))
}
