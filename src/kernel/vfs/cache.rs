//! The page cache: the pages of files in frames, and the reads that bring them from the disk.
//!
//! A read brings the aligned window of 16 pages around the page that is wanted. Its frames are in the cache at once,
//! marked as being read; whoever needs one of them meanwhile sleeps until the disk has answered. Pages of files in memory
//! may be on the swap device meanwhile.

use std::ops::{Range, RangeInclusive};

use crate::abi::errno::Errno;
use crate::base::ids::{Block, Frame, Ino, Slot};
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::device;
use crate::kernel::mm::reclaim::{self, Need, watermark};
use crate::kernel::mm::{lru, overcommit, swap, workingset};
use crate::kernel::state::State;
use crate::kernel::stop::SysResult;
use crate::kernel::vfs::{inode, writeback};
use crate::machine::clock;
use crate::machine::pte::Pte;
use crate::trace::event::Change;
use crate::trace::value::{Device, FrameFlags, FrameKind, InodeKind, Io, Nonresident, WaitOn};

/// Pages of a window: 64 KiB.
pub const WINDOW: u32 = 16;

/// The first page of the window that holds a page.
#[must_use]
pub const fn window_of(page: u32) -> u32 {
    page / WINDOW * WINDOW
}

/// The frame of a page, if it is in the cache and not being read.
#[must_use]
pub fn present(state: &State, ino: Ino, page: u32) -> Option<Frame> {
    let inode = state.inode(ino);
    inode.cache.get(&page).copied().filter(|_| !inode.reading.contains(&page))
}

/// Whether a device is at work with a page already.
#[must_use]
pub fn is_underway(state: &State, ino: Ino, page: u32) -> bool {
    let inode = state.inode(ino);
    let swapping = inode.swapped.get(&page).and_then(|&slot| state.slot(slot).cache);
    inode.reading.contains(&page) || swapping.is_some()
}

/// Whether a page that is not in the cache would have to come from a device.
#[must_use]
pub fn is_stored(k: &Kernel, ino: Ino, page: u32) -> bool {
    let inode = k.state().inode(ino);
    inode.swapped.contains_key(&page) || is_on_disk(k, ino, page)
}

/// Whether the disk holds a page: from the start, or because it was written.
#[must_use]
pub fn is_on_disk(k: &Kernel, ino: Ino, page: u32) -> bool {
    let inode = k.state().inode(ino);
    inode.inode.kind == InodeKind::Disk && (page < from_start(k, ino) || inode.blocks.contains_key(&page))
}

/// How many pages of a file are on the disk from the start.
fn from_start(k: &Kernel, ino: Ino) -> u32 {
    k.disk.pages(ino).min(k.state().inode(ino).disk_pages)
}

/// The frame of a page of a file, brought into the cache if need be. A page that nothing was ever written to gets a
/// frame of zeros; the caller has checked that the page is one of the file's.
///
/// # Errors
/// Sleeps while the page comes from the disk. ENOMEM if there is no frame, ENOSPC if no more memory is promised, or if files
/// in memory have half of it (`shmem_default_max_blocks`).
pub fn page(k: &mut Kernel, ino: Ino, page: u32) -> SysResult<Frame> {
    bring(k, ino, page, true)
}

/// The same, but what has to come from the disk comes without its window (`MADV_RANDOM`).
///
/// # Errors
/// As [`page`].
pub fn page_alone(k: &mut Kernel, ino: Ino, page: u32) -> SysResult<Frame> {
    bring(k, ino, page, false)
}

fn bring(k: &mut Kernel, ino: Ino, page: u32, ahead: bool) -> SysResult<Frame> {
    let state = k.state().inode(ino);
    if state.reading.contains(&page) {
        return Err(k.sleep_on(WaitOn::Disk(ino, page), true));
    }
    if let Some(&frame) = state.cache.get(&page) {
        return Ok(frame);
    }
    if let Some(&slot) = state.swapped.get(&page) {
        return swap::bring_back_to_cache(k, ino, page, slot);
    }
    reclaim::reserve(k, Need { pages: 1, others: 0 }, None)?;
    if is_on_disk(k, ino, page) {
        return start_read(k, ino, page, ahead);
    }
    if inode::counts_each_page(k.state(), ino) {
        // A file in memory is promised its pages as they come (`shmem_inode_acct_blocks`).
        let space = k.state().tasks.get(&k.current()).and_then(|task| task.mm);
        overcommit::promise(k, space, 1).map_err(|_| Errno::ENOSPC)?;
        // Linux: each tmpfs counts its own pages, also those of files without a name. Here: all count together, but only
        // who has a name is refused, because memory that is shared without a file and without a promise, for which
        // there is no such limit, is known by having none.
        if k.state().inode(ino).links > 0 && k.state().tmpfs_pages >= u64::from(k.config.ram_frames / 2) {
            return Err(Errno::ENOSPC.into());
        }
    }
    let frame = add(k, ino, page)?;
    k.charge(clock::ZERO_PAGE);
    Ok(frame)
}

/// Puts a fresh frame into the cache.
fn add(k: &mut Kernel, ino: Ino, page: u32) -> Result<Frame, Errno> {
    let kind = match k.state().inode(ino).inode.kind {
        InodeKind::Disk => FrameKind::File,
        InodeKind::Directory
        | InodeKind::Memory
        | InodeKind::Console
        | InodeKind::Null
        | InodeKind::Zero
        | InodeKind::Pipe(_)
        | InodeKind::Proc(_) => FrameKind::Shmem,
    };
    let frame = k.take_frame(kind, ino.0, page).ok_or(Errno::ENOMEM)?;
    k.commit(Change::CachePage { ino, page, from: None, to: Some(frame) });
    lru::add(k, frame);
    Ok(frame)
}

/// Asks the disk for a page and puts the current task to sleep until it has answered. If `ahead`, and not on a small
/// machine, it asks for the window around it.
fn start_read(k: &mut Kernel, ino: Ino, page: u32, ahead: bool) -> SysResult<Frame> {
    let window = window_of(page);
    let mut pages = absent(k, ino, window..window.saturating_add(WINDOW));
    if k.config.is_small() || !ahead || pages.len() > room_for_guesses(k) {
        pages = vec![page];
    }
    // What is wanted comes first: without a frame for it nothing is asked for.
    pages.sort_by_key(|&other| other != page);
    let failed = ask_for(k, ino, window, &pages);
    if let (Err(errno), false) = (failed, k.state().inode(ino).reading.contains(&page)) {
        return Err(errno.into());
    }
    match present(k.state(), ino, page) {
        Some(frame) => Ok(frame),
        None => Err(k.sleep_on(WaitOn::Disk(ino, page), true)),
    }
}

/// The pages of a range that are on the disk only.
fn absent(k: &Kernel, ino: Ino, pages: Range<u32>) -> Vec<u32> {
    pages.filter(|&page| is_on_disk(k, ino, page) && !k.state().inode(ino).cache.contains_key(&page)).collect()
}

/// How many frames there are for pages that nobody has asked for: they must not take the last ones.
fn room_for_guesses(k: &Kernel) -> usize {
    watermark::free_for_pages(k).saturating_sub(watermark::of(k).min) as usize
}

/// Asks the disk for pages of one window, up to the first one for which there is no frame.
///
/// # Errors
/// ENOMEM if there is such a one.
fn ask_for(k: &mut Kernel, ino: Ino, window: u32, pages: &[u32]) -> Result<(), Errno> {
    let mut asked = 0;
    let answer = pages.iter().try_for_each(|&page| {
        let frame = add(k, ino, page)?;
        workingset::refault(k, Nonresident::Page(ino, page), frame);
        k.commit(Change::DiskRead { ino, page, from: false, to: true });
        asked += 1;
        Ok(())
    });
    if asked > 0 {
        device::submit(k, Io::ReadFile(ino, window));
    }
    answer
}

/// Asks the disk for pages before they are needed, as far as there is room (`force_page_cache_readahead`).
pub fn read_early(k: &mut Kernel, ino: Ino, pages: Range<u32>) {
    let size = k.state().inode(ino).size.div_ceil(PAGE_SIZE).min(u64::from(u32::MAX)) as u32;
    let pages = pages.start..pages.end.min(size);
    let mut window = window_of(pages.start);
    while window < pages.end {
        let end = window.saturating_add(WINDOW);
        let wanted = absent(k, ino, window.max(pages.start)..end.min(pages.end));
        if wanted.len() > room_for_guesses(k) {
            return;
        }
        if !wanted.is_empty() {
            let _ = ask_for(k, ino, window, &wanted);
        }
        window = end;
    }
}

/// The disk has answered: the pages of a window that were being read are there, and who waited for them wakes.
pub fn read_done(k: &mut Kernel, ino: Ino, window: u32) {
    let disk = k.disk.clone();
    let Some(inode) = k.state().inodes.get(ino.0) else { return };
    let read = inode.reading.range(window..window.saturating_add(WINDOW));
    let pages: Vec<(u32, Frame)> = read.map(|&page| (page, inode.cache[&page])).collect();
    for (page, frame) in pages {
        match k.state().inode(ino).blocks.get(&page).copied() {
            Some(block) => k.with_bus(|bus| bus.read_block(Device::Disk, block.0, frame)),
            None => store(k, frame, 0, disk.page(ino, page)),
        }
        k.commit(Change::DiskRead { ino, page, from: true, to: false });
    }
    let waited = WaitOn::Disk(ino, window)..WaitOn::Disk(ino, window.saturating_add(WINDOW));
    let waited: Vec<WaitOn> = k.state().waiters.range(waited).map(|(&on, _)| on).collect();
    for on in waited {
        k.wake_all(on);
    }
    inode::drop_if_unused(k, ino);
}

/// Sleeps if any page of a file is being read.
///
/// # Errors
/// The sleep.
pub fn wait_for_reads(k: &mut Kernel, ino: Ino) -> SysResult<()> {
    match k.state().inode(ino).reading.first() {
        Some(&page) => Err(k.sleep_on(WaitOn::Disk(ino, page), true)),
        None => Ok(()),
    }
}

/// Takes the pages from `first` on out of the cache, and out of all page tables: whoever touches one gets SIGBUS. What the
/// devices hold of them is forgotten too. None of them is being read.
pub fn drop_from(k: &mut Kernel, ino: Ino, first: u32) {
    drop_cached(k, ino, first..=u32::MAX);
    let blocks: Vec<(u32, Block)> =
        k.state().inode(ino).blocks.range(first..).map(|(&page, &block)| (page, block)).collect();
    for (page, block) in blocks {
        drop_block(k, ino, page, block);
    }
    let from = k.state().inode(ino).disk_pages;
    if k.state().inode(ino).inode.kind == InodeKind::Disk && first < from_start(k, ino) {
        k.commit(Change::DiskPages { ino, from, to: first });
    }
}

/// Takes pages out of a file: they read as zeros, and its size stays (`FALLOC_FL_PUNCH_HOLE`).
///
/// # Errors
/// Sleeps while any page of the file is being read. ENOSPC if the disk is full.
// Linux: a hole takes no blocks of the disk. Here: a page that the disk held from the start gets a block of zeros, because
// of such pages no list is kept.
pub fn punch(k: &mut Kernel, ino: Ino, pages: Range<u32>) -> SysResult<()> {
    if pages.is_empty() {
        return Ok(());
    }
    wait_for_reads(k, ino)?;
    drop_cached(k, ino, pages.start..=pages.end - 1);
    let kept = pages.end.min(from_start(k, ino));
    let blocks: Vec<(u32, Block)> =
        k.state().inode(ino).blocks.range(pages.clone()).map(|(&page, &block)| (page, block)).collect();
    for (page, block) in blocks {
        if page < kept {
            k.with_bus(|bus| bus.zero_block(Device::Disk, block.0));
        } else {
            drop_block(k, ino, page, block);
        }
    }
    for page in pages.start..kept {
        if !k.state().inode(ino).blocks.contains_key(&page) {
            let _ = writeback::take_block(k, ino, page)?;
        }
    }
    Ok(())
}

/// Takes pages out of the cache, the page tables and the swap device.
fn drop_cached(k: &mut Kernel, ino: Ino, pages: RangeInclusive<u32>) {
    let cached: Vec<(u32, Frame)> =
        k.state().inode(ino).cache.range(pages.clone()).map(|(&page, &frame)| (page, frame)).collect();
    for (page, frame) in cached {
        let flags = k.state().frame(frame).flags;
        if flags.contains(FrameFlags::WRITEBACK) {
            device::cancel(k, Io::WriteFile(ino, page));
        }
        let _ = reclaim::unmap(k, frame, Pte::NONE);
        drop_page(k, ino, page);
    }
    workingset::forget_pages(k, ino, pages.clone());
    let swapped: Vec<(u32, Slot)> =
        k.state().inode(ino).swapped.range(pages).map(|(&page, &slot)| (page, slot)).collect();
    for (page, slot) in swapped {
        swap::drop_from_cache(k, ino, page, slot);
    }
}

fn drop_block(k: &mut Kernel, ino: Ino, page: u32, block: Block) {
    k.with_bus(|bus| bus.zero_block(Device::Disk, block.0));
    k.commit(Change::DiskBlock { ino, page, from: Some(block), to: None });
}

/// Takes a page that nobody maps out of the cache, and frees its frame.
pub fn drop_page(k: &mut Kernel, ino: Ino, page: u32) {
    if let Some(frame) = k.state().inode(ino).cache.get(&page).copied() {
        k.commit(Change::CachePage { ino, page, from: Some(frame), to: None });
        k.free_frame(frame);
    }
}

/// Takes the pages of a range out of the cache that are clean and not in use (`invalidate_mapping_pages`).
pub fn drop_clean(k: &mut Kernel, ino: Ino, pages: Range<u32>) {
    let cached: Vec<(u32, Frame)> =
        k.state().inode(ino).cache.range(pages).map(|(&page, &frame)| (page, frame)).collect();
    for (page, frame) in cached {
        let state = k.state().frame(frame);
        let idle = state.maps == 0 && state.flags.difference(FrameFlags::REFERENCED).is_empty();
        if idle && state.usage.kind == FrameKind::File && !k.state().inode(ino).reading.contains(&page) {
            drop_page(k, ino, page);
        }
    }
}

/// Reads bytes of a frame into memory of the host; they must not reach beyond its end.
#[must_use]
pub fn load(k: &Kernel, frame: Frame, offset: u16, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    k.state().hardware.phys.read(frame, offset, &mut bytes);
    bytes
}

/// Writes bytes to a frame, from an offset on; they must not reach beyond its end.
pub fn store(k: &mut Kernel, frame: Frame, offset: u16, bytes: &[u8]) {
    if !bytes.is_empty() {
        k.with_bus(|bus| bus.store(frame, offset, bytes));
    }
}

/// The nanoseconds that copying some bytes takes.
#[must_use]
pub const fn copy_cost(len: usize) -> u64 {
    clock::COPY_PAGE * len as u64 / PAGE_SIZE
}
