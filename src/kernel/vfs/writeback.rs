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
        let block = Block(k.state().blocks.lowest_free(0));
        if block.0 >= k.config.disk_blocks {
            return Err(Errno::ENOSPC);
        }
        k.commit(Change::DiskBlock { ino, page, from: None, to: Some(block) });
    }
    k.set_frame_flags(frame, flags.union(FrameFlags::DIRTY));
    Ok(())
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

/// Writes the changed pages of a file in a range, and, if the caller waits, comes back when all are on the disk.
///
/// # Errors
/// Sleeps while the disk is at work.
pub fn write_range(k: &mut Kernel, ino: Ino, pages: Range<u32>, wait: bool) -> SysResult<()> {
    let frames: Vec<Frame> = k.state().inode(ino).cache.range(pages.clone()).map(|(_, &frame)| frame).collect();
    for &frame in &frames {
        let flags = k.state().frame(frame).flags;
        if flags.contains(FrameFlags::DIRTY) && !flags.contains(FrameFlags::WRITEBACK) {
            start(k, frame);
        }
    }
    let left = |k: &Kernel| {
        let mut cached = k.state().inode(ino).cache.range(pages.clone());
        cached.any(|(_, &frame)| k.state().frame(frame).flags.intersects(FrameFlags::WRITEBACK | FrameFlags::DIRTY))
    };
    if wait && left(k) { Err(k.sleep_on(WaitOn::Writeback, true)) } else { Ok(()) }
}

/// Writes the changed pages of all files (`sync(2)`).
///
/// # Errors
/// Sleeps while the disk is at work.
pub fn write_all(k: &mut Kernel) -> SysResult<()> {
    let inos: Vec<Ino> = k.state().inodes.iter().map(|(id, _)| Ino(id)).collect();
    for ino in inos {
        write_range(k, ino, 0..u32::MAX, true)?;
    }
    Ok(())
}
