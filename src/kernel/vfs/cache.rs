//! The page cache: the pages of files in frames, and the reads that bring them from the disk.
//!
//! A read brings the aligned window of 16 pages around the page that is wanted. Its frames are in the cache at once,
//! marked as being read; whoever needs one of them meanwhile sleeps until the disk has answered.

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, Ino};
use crate::base::units::{Ns, PAGE_SIZE};
use crate::kernel::core::Kernel;
use crate::kernel::state::State;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::vfs::inode;
use crate::machine::clock;
use crate::trace::event::{Cause, Change};
use crate::trace::value::{FrameKind, InodeKind, WaitOn};

/// Pages of a window: 64 KiB.
pub const WINDOW: u32 = 16;

/// The first page of the window that holds a page.
const fn window_of(page: u32) -> u32 {
    page / WINDOW * WINDOW
}

/// The frame of a page, if it is in the cache and not being read.
#[must_use]
pub fn present(state: &State, ino: Ino, page: u32) -> Option<Frame> {
    let inode = state.inode(ino);
    inode.cache.get(&page).copied().filter(|_| !inode.reading.contains(&page))
}

/// Whether a page that is not in the cache would have to come from the disk.
#[must_use]
pub fn is_on_disk(k: &Kernel, ino: Ino, page: u32) -> bool {
    k.state().inode(ino).inode.kind == InodeKind::Disk && page < k.disk.pages(ino)
}

/// The frame of a page of a file, brought into the cache if need be. A page that nothing was ever written to gets a
/// frame of zeros; the caller has checked that the page is one of the file's.
///
/// # Errors
/// Sleeps while the page comes from the disk. ENOMEM if there is no frame.
pub fn page(k: &mut Kernel, ino: Ino, page: u32) -> SysResult<Frame> {
    let state = k.state().inode(ino);
    if state.reading.contains(&page) {
        return Err(k.sleep_on(WaitOn::Disk(ino, window_of(page)), true));
    }
    if let Some(&frame) = state.cache.get(&page) {
        return Ok(frame);
    }
    if is_on_disk(k, ino, page) {
        return Err(start_read(k, ino, page));
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
    Ok(frame)
}

/// Asks the disk for the window around a page and puts the current task to sleep until it has answered.
fn start_read(k: &mut Kernel, ino: Ino, page: u32) -> Stop {
    let window = window_of(page);
    let end = (window + WINDOW).min(k.disk.pages(ino));
    let cached = &k.state().inode(ino).cache;
    let mut pages: Vec<u32> = (window..end).filter(|page| !cached.contains_key(page)).collect();
    // What is read ahead is a guess: it must not take the last frames.
    let free = (k.config.ram_frames as usize).saturating_sub(k.state().frames.len());
    if pages.len() > free {
        pages = vec![page];
    }
    for page in pages {
        match add(k, ino, page) {
            Ok(_) => k.commit(Change::DiskRead { ino, page, from: false, to: true }),
            Err(errno) => return errno.into(),
        }
    }
    let stop = k.sleep_on(WaitOn::Disk(ino, window), true);
    k.set_timer(Ns(k.now().0 + clock::DISK_READ_64K));
    stop
}

/// The disk has answered: the pages of a window that were being read are there, and who waited for them wakes.
pub fn read_done(k: &mut Kernel, ino: Ino, window: u32) {
    let disk = k.disk.clone();
    k.because(Cause::Disk(ino), |k| {
        let inode = k.state().inode(ino);
        let pages: Vec<(u32, Frame)> =
            inode.reading.range(window..window + WINDOW).map(|&page| (page, inode.cache[&page])).collect();
        for (page, frame) in pages {
            store(k, frame, 0, disk.page(ino, page));
            k.commit(Change::DiskRead { ino, page, from: true, to: false });
        }
        k.wake_all(WaitOn::Disk(ino, window));
        inode::drop_if_unused(k, ino);
    });
}

/// Sleeps if any page of a file is being read.
///
/// # Errors
/// The sleep.
pub fn wait_for_reads(k: &mut Kernel, ino: Ino) -> SysResult<()> {
    match k.state().inode(ino).reading.first() {
        Some(&page) => Err(k.sleep_on(WaitOn::Disk(ino, window_of(page)), true)),
        None => Ok(()),
    }
}

/// Takes the pages from `first` on out of the cache and frees their frames. None of them is being read.
// Linux: pages that are cut off a file leave all page tables, and touching them is SIGBUS. Here: one that is mapped
// stays so, all zeros, because there is no way from a frame to the tables that map it.
pub fn drop_from(k: &mut Kernel, ino: Ino, first: u32) {
    let pages: Vec<(u32, Frame)> =
        k.state().inode(ino).cache.range(first..).map(|(&page, &frame)| (page, frame)).collect();
    for (page, frame) in pages {
        if k.state().frame(frame).maps > 0 {
            k.with_bus(|bus| bus.zero_frame(frame));
        } else {
            k.commit(Change::CachePage { ino, page, from: Some(frame), to: None });
            k.free_frame(frame);
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
