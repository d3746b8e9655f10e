//! Faults on pages of files and of shared memory, which come from the page cache (`mm/filemap.c`).

use std::ops::Range;

use crate::abi::errno::Errno;
use crate::base::ids::Frame;
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::mm::fault::{At, Done, Refusal};
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::{anonymous, lru};
use crate::kernel::stop::Stop;
use crate::kernel::vfs::{cache, writeback};
use crate::machine::mmu::Step;
use crate::machine::pte::{A, D, Pte, W};
use crate::trace::event::FaultResult;
use crate::trace::value::{InodeKind, VmaFlags, WaitOn};

/// Pages that a read fault maps at once, if they are there (`fault_around_bytes`, 64 KiB).
const AROUND: u64 = 16;

/// A page that is not mapped is read: it is mapped, with its neighbours if they are in the page cache.
pub fn read(k: &mut Kernel, at: &At) -> Result<Done, Refusal> {
    let cached = cache::present(k.state(), at.vma.ino, at.file_page()).is_some();
    let frame = cached_page(k, at)?;
    table::set_leaf(k, at.mm, at.leaf, Pte::leaf(frame, at.rights() | shared_right(k, at)));
    lru::mapped(k, frame, at.vma.flags);
    let neighbours = if cached && !k.config.is_small() { map_around(k, at) } else { 0 };
    Ok(Done { result: FaultResult::Mapped(neighbours), frame, source: Frame(0) })
}

/// A page that is not mapped is written in a private area: the process gets a copy.
pub fn write_private(k: &mut Kernel, at: &At) -> Result<Done, Refusal> {
    let source = cached_page(k, at)?;
    anonymous::copied(k, at, source)
}

/// A page that is not mapped is written in a shared area.
pub fn write_shared(k: &mut Kernel, at: &At) -> Result<Done, Refusal> {
    let frame = cached_page(k, at)?;
    writeback::mark_dirty(k, frame).map_err(|_| Refusal::PastEnd)?;
    table::set_leaf(k, at.mm, at.leaf, Pte::leaf(frame, at.rights() | W | D));
    lru::mapped(k, frame, at.vma.flags);
    Ok(Done { result: FaultResult::Mapped(0), frame, source: Frame(0) })
}

/// A page of a shared area that was mapped by a read is written: it becomes writable (`do_shared_fault`). Where the disk is
/// full that is SIGBUS.
pub fn make_writable(k: &mut Kernel, at: &At) -> Result<Done, Refusal> {
    let pte = at.leaf.step.pte.with(W | A | D);
    writeback::mark_dirty(k, pte.frame()).map_err(|_| Refusal::PastEnd)?;
    table::set_leaf(k, at.mm, at.leaf, pte);
    Ok(Done { result: FaultResult::Mapped(0), frame: pte.frame(), source: Frame(0) })
}

/// The right to write of a page that is mapped without being written yet.
///
/// Memory needs no notice of a first write. A file on a disk does, to write the page back: its pages are mapped
/// read-only until then (`vma_wants_writenotify`).
fn shared_right(k: &Kernel, at: &At) -> u64 {
    let shared = VmaFlags::SHARED.union(VmaFlags::WRITE);
    let in_memory = k.state().inode(at.vma.ino).inode.kind == InodeKind::Memory;
    if in_memory && at.vma.flags.contains(shared) { W } else { 0 }
}

/// The frame of the page in the page cache; it is brought there.
fn cached_page(k: &mut Kernel, at: &At) -> Result<Frame, Refusal> {
    let ino = at.vma.ino;
    if u64::from(at.file_page()) >= k.state().inode(ino).size.div_ceil(PAGE_SIZE) {
        return Err(Refusal::PastEnd);
    }
    let underway = cache::is_underway(k.state(), ino, at.file_page());
    // Linux reads nothing ahead in an area that is read in no order.
    let random = at.vma.flags.contains(VmaFlags::RAND_READ);
    let page = if random { cache::page_alone } else { cache::page };
    page(k, ino, at.file_page()).map_err(|stop| match (stop, underway) {
        (Stop::Sleeps, true) => Refusal::Underway,
        // Room is made before a device is asked: who waits for room has asked for nothing.
        (Stop::Sleeps, false) if waits_for_room(k) => Refusal::NoRoom,
        (Stop::Sleeps, false) => Refusal::Sleeps,
        (Stop::Errno(Errno::ENOMEM), _) => Refusal::NoFrame,
        (Stop::Errno(_) | Stop::Interrupted | Stop::Gone, _) => Refusal::PastEnd,
    })
}

fn waits_for_room(k: &Kernel) -> bool {
    k.state().task(k.current()).wait_on == Some(WaitOn::Writeback)
}

/// Maps the neighbours that are in the page cache and not mapped yet; tells how many (`do_fault_around`).
fn map_around(k: &mut Kernel, at: &At) -> u8 {
    let window = window(at);
    let first_index = u64::from(at.leaf.step.index) - (at.leaf.page - window.start);
    let words = table::entries(
        &k.state().hardware.phys,
        at.leaf.step.table,
        first_index..first_index + (window.end - window.start),
    );
    let flags = at.rights() | shared_right(k, at);
    let mut mapped = 0;
    for (index, (page, pte)) in (first_index..).zip(window.zip(words)) {
        let file_page = at.vma.file_page + (page - at.start) as u32;
        let cached = cache::present(k.state(), at.vma.ino, file_page);
        if let (true, Some(frame)) = (pte.is_none(), cached) {
            let step = Step { index: index as u16, pte, ..at.leaf.step };
            table::set_leaf(k, at.mm, Leaf { page, step }, Pte::leaf(frame, flags));
            lru::mapped(k, frame, at.vma.flags);
            mapped += 1;
        }
    }
    mapped
}

/// The pages around a fault: an aligned window, inside the area and the table.
fn window(at: &At) -> Range<u64> {
    let table = at.leaf.page - at.leaf.page % 512;
    let from = (at.leaf.page - at.leaf.page % AROUND).max(at.start).max(table);
    let to = (from + AROUND).min(table + 512).min(at.start + u64::from(at.vma.pages));
    from..to
}
