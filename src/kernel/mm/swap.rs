//! Swap: the slots of the swap device, the swap cache, and the way back (`mm/swapfile.c`, `mm/swap_state.c`).
//!
//! A slot is named by leaf entries and by pages of files in memory. While a frame holds the same as a slot, or is on its
//! way there or back, the slot knows the frame: that is the swap cache. A slot that nothing names any more is free.

use crate::base::ids::{Frame, Ino, Slot};
use crate::base::units::PAGE_SHIFT;
use crate::kernel::core::Kernel;
use crate::kernel::device;
use crate::kernel::mm::fault::{At, Done, Refusal};
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::{anonymous, lru, populate, reclaim, workingset};
use crate::kernel::stop::SysResult;
use crate::machine::clock;
use crate::machine::pte::{D, E, Pte, W};
use crate::trace::event::{Change, FaultResult};
use crate::trace::value::{
    Allocation, Device, FrameFlags, FrameKind, FrameUse, Io, Nonresident, Sysctl, VmaFlags, WaitOn,
};

/// Takes a free slot; none if there is none.
pub fn take_slot(k: &mut Kernel) -> Option<Slot> {
    let slot = Slot(k.state().swap.lowest_free(0));
    if slot.0 >= k.config.swap_slots || k.fails(Allocation::Slot) {
        return None;
    }
    k.commit(Change::SwapSlot { slot, from: false, to: true });
    Some(slot)
}

/// Gives a slot back that nothing names and no frame holds; a device that is still writing it frees it when it is done.
fn free_slot(k: &mut Kernel, slot: Slot) {
    let state = k.state().slot(slot);
    if state.refs > 0 || state.cache.is_some() || is_at_work(k, Io::WriteSwap(slot)) {
        return;
    }
    k.with_bus(|bus| bus.zero_block(Device::Swap, slot.0));
    workingset::forget(k, Nonresident::Slot(slot));
    k.commit(Change::SwapSlot { slot, from: true, to: false });
}

fn is_at_work(k: &Kernel, io: Io) -> bool {
    k.state().io.iter().any(|(_, request)| *request == io)
}

/// Writes a frame to a slot.
pub fn store(k: &mut Kernel, frame: Frame, slot: Slot) {
    k.with_bus(|bus| bus.write_block(Device::Swap, slot.0, frame));
}

/// The slot and its frame know nothing of each other any more.
fn uncache(k: &mut Kernel, slot: Slot) {
    let from = k.state().slot(slot).cache;
    if from.is_some() {
        k.commit(Change::SwapCache { slot, from, to: None });
    }
}

/// Frees a frame that no leaf entry names: what it holds stands in its slot, or nobody wants it. A device that is at work
/// with it frees it when it is done.
pub fn put_frame(k: &mut Kernel, frame: Frame) {
    let state = k.state().frame(frame);
    if state.flags.intersects(FrameFlags::LOCKED | FrameFlags::WRITEBACK) {
        return;
    }
    let slot = state.slot;
    if let Some(slot) = slot {
        uncache(k, slot);
    }
    k.free_frame(frame);
    if let Some(slot) = slot {
        free_slot(k, slot);
    }
}

/// One of those that named a slot does so no more.
pub fn put_slot(k: &mut Kernel, slot: Slot) {
    let state = k.state().slot(slot);
    if state.refs > 0 {
        return;
    }
    match state.cache {
        None => free_slot(k, slot),
        Some(frame) if k.state().frame(frame).maps == 0 => put_frame(k, frame),
        Some(_) => {}
    }
}

/// Whether nobody but the one leaf entry that maps a private page can see it (`PageAnonExclusive`).
#[must_use]
pub fn is_exclusive(k: &Kernel, frame: Frame) -> bool {
    let state = k.state().frame(frame);
    state.maps == 1 && state.slot.is_none_or(|slot| k.state().slot(slot).refs == 0)
}

/// A page that its only owner writes has nothing in common with its slot any more (`folio_free_swap`).
pub fn forget_copy(k: &mut Kernel, frame: Frame) {
    let state = k.state().frame(frame);
    if let Some(slot) = state.slot
        && !state.flags.contains(FrameFlags::WRITEBACK)
        && k.state().slot(slot).refs == 0
    {
        uncache(k, slot);
        free_slot(k, slot);
    }
}

/// The device has written a slot.
pub fn write_done(k: &mut Kernel, slot: Slot) {
    let Some(frame) = k.state().slot(slot).cache else { return free_slot(k, slot) };
    let state = k.state().frame(frame);
    let (maps, flags) = (state.maps, state.flags);
    k.set_frame_flags(frame, flags.difference(FrameFlags::WRITEBACK));
    if maps == 0 {
        put_frame(k, frame);
    }
}

/// The device has read a slot.
pub fn read_done(k: &mut Kernel, slot: Slot) {
    let Some(frame) = k.state().slot(slot).cache else { return };
    k.with_bus(|bus| bus.read_block(Device::Swap, slot.0, frame));
    let flags = k.state().frame(frame).flags;
    k.set_frame_flags(frame, flags.difference(FrameFlags::LOCKED));
    k.wake_all(WaitOn::Swap(slot));
    if k.state().slot(slot).refs == 0 && k.state().frame(frame).maps == 0 {
        put_frame(k, frame);
    }
}

/// A fault on a page whose entry names a slot: it comes back (`do_swap_page`).
pub(super) fn bring_back(k: &mut Kernel, at: &At, slot: Slot, write: bool) -> Result<Done, Refusal> {
    let usage = FrameUse { kind: FrameKind::Anon, owner: at.mm.0, index: at.leaf.page as u32 };
    if let Some(frame) = k.state().slot(slot).cache {
        if k.state().frame(frame).flags.contains(FrameFlags::LOCKED) {
            let _ = k.sleep_on(WaitOn::Swap(slot), true);
            return Err(Refusal::Underway);
        }
        return map(k, at, (slot, frame), write, FaultResult::SwapCache);
    }
    anonymous::room(k, at)?;
    let shared = k.state().slot(slot).refs > 1;
    let frame = k.take_frame(usage.kind, usage.owner, usage.index).ok_or(Refusal::NoFrame)?;
    lru::add(k, frame);
    workingset::refault(k, Nonresident::Slot(slot), frame);
    if !k.config.swap_at_once && !k.busy {
        read_later(k, frame, slot);
        read_ahead(k, slot, usage);
        let _ = k.sleep_on(WaitOn::Swap(slot), true);
        return Err(Refusal::Sleeps);
    }
    read_now(k, frame, slot);
    // Linux skips the swap cache if the page is nobody else's (SWP_SYNCHRONOUS_IO), and reads ahead otherwise.
    if shared {
        k.commit(Change::SwapCache { slot, from: None, to: Some(frame) });
        read_ahead(k, slot, usage);
    }
    map(k, at, (slot, frame), write, FaultResult::SwappedIn)
}

/// Reads a slot without sleeping.
fn read_now(k: &mut Kernel, frame: Frame, slot: Slot) {
    k.charge(if k.config.swap_at_once { clock::ZRAM_READ } else { clock::DISK_READ_64K });
    k.with_bus(|bus| bus.read_block(Device::Swap, slot.0, frame));
}

/// Asks the device for a slot; the frame is locked till it has come.
fn read_later(k: &mut Kernel, frame: Frame, slot: Slot) {
    k.commit(Change::SwapCache { slot, from: None, to: Some(frame) });
    k.set_frame_flags(frame, FrameFlags::LOCKED);
    device::submit(k, Io::ReadSwap(slot));
}

/// Reads the slots beside one too, as `vm.page-cluster` says, as long as there are free frames for such guesses
/// (`swapin_readahead`).
fn read_ahead(k: &mut Kernel, slot: Slot, usage: FrameUse) {
    let cluster = 1_u32 << k.state().sysctl(Sysctl::PageCluster).min(10);
    let first = slot.0 / cluster * cluster;
    for other in (first..first + cluster).map(Slot).filter(|&other| other != slot) {
        let wanted = k.state().swap.get(other.0).is_some_and(|state| state.refs > 0 && state.cache.is_none());
        let room = reclaim::watermark::short(k, reclaim::Need { pages: 1, others: 0 }) == 0;
        if !wanted || !room || is_at_work(k, Io::WriteSwap(other)) {
            continue;
        }
        let Some(frame) = k.take_frame(usage.kind, usage.owner, usage.index) else { return };
        lru::add(k, frame);
        workingset::refault(k, Nonresident::Slot(other), frame);
        if k.config.swap_at_once || k.busy {
            k.commit(Change::SwapCache { slot: other, from: None, to: Some(frame) });
            read_now(k, frame, other);
        } else {
            read_later(k, frame, other);
        }
    }
}

/// Asks for a slot before it is needed, if there is room (`MADV_WILLNEED`).
pub fn read_early(k: &mut Kernel, slot: Slot, usage: FrameUse) {
    let room = reclaim::watermark::short(k, reclaim::Need { pages: 1, others: 0 }) == 0;
    if k.state().slot(slot).cache.is_some() || !room || is_at_work(k, Io::WriteSwap(slot)) {
        return;
    }
    let Some(frame) = k.take_frame(usage.kind, usage.owner, usage.index) else { return };
    lru::add(k, frame);
    workingset::refault(k, Nonresident::Slot(slot), frame);
    if k.config.swap_at_once || k.busy {
        k.commit(Change::SwapCache { slot, from: None, to: Some(frame) });
        read_now(k, frame, slot);
    } else {
        read_later(k, frame, slot);
    }
}

/// Maps a page that has come back.
fn map(
    k: &mut Kernel,
    at: &At,
    (slot, frame): (Slot, Frame),
    write: bool,
    result: FaultResult,
) -> Result<Done, Refusal> {
    let exclusive = at.leaf.step.pte.has(E) || k.state().frame(frame).maps == 0 && k.state().slot(slot).refs == 1;
    let writable = exclusive && at.vma.flags.contains(VmaFlags::WRITE);
    let bits = if writable { W } else { 0 } | if writable && write { D } else { 0 };
    name(k, frame, FrameUse { kind: FrameKind::Anon, owner: at.mm.0, index: at.leaf.page as u32 });
    table::set_leaf(k, at.mm, at.leaf, Pte::leaf(frame, at.rights() | bits));
    lru::mapped(k, frame, at.vma.flags);
    let full = 2 * k.state().swap.len() > k.config.swap_slots as usize;
    if write && writable || full || at.vma.flags.contains(VmaFlags::LOCKED) {
        forget_copy(k, frame);
    }
    if k.state().swap.get(slot.0).is_some() {
        put_slot(k, slot);
    }
    if !write || writable {
        return Ok(Done { result, frame, source: Frame(0) });
    }
    // Others have the page too: the writer gets a copy at once.
    let pte = populate::leaf_of(k, at.mm, at.leaf.page << PAGE_SHIFT);
    let step = crate::machine::mmu::Step { pte, ..at.leaf.step };
    let at = At { leaf: Leaf { page: at.leaf.page, step }, ..*at };
    let done = anonymous::copy_on_write(k, &at)?;
    Ok(Done { result, ..done })
}

/// What a frame that nothing maps is used for from now on: it may have been read ahead for somebody else, or was moved.
pub(super) fn name(k: &mut Kernel, frame: Frame, to: FrameUse) {
    let from = k.state().frame(frame).usage;
    if from != to && k.state().frame(frame).maps == 0 {
        k.commit(Change::Frame { frame, from: Some(from), to: Some(to) });
    }
}

/// The frame of a page of a file in memory that is on the swap device: it comes back into the page cache
/// (`shmem_swapin_folio`).
///
/// # Errors
/// Sleeps while the device is at work or room is made; ENOMEM if there is no frame.
pub fn bring_back_to_cache(k: &mut Kernel, ino: Ino, page: u32, slot: Slot) -> SysResult<Frame> {
    let usage = FrameUse { kind: FrameKind::Shmem, owner: ino.0, index: page };
    let frame = match k.state().slot(slot).cache {
        Some(frame) if k.state().frame(frame).flags.contains(FrameFlags::LOCKED) => {
            return Err(k.sleep_on(WaitOn::Swap(slot), true));
        }
        Some(frame) => frame,
        None => {
            reclaim::reserve(k, reclaim::Need { pages: 1, others: 0 }, None)?;
            let taken = k.take_frame(usage.kind, usage.owner, usage.index);
            let frame = taken.ok_or(crate::abi::errno::Errno::ENOMEM)?;
            lru::add(k, frame);
            workingset::refault(k, Nonresident::Slot(slot), frame);
            if !k.config.swap_at_once && !k.busy {
                read_later(k, frame, slot);
                return Err(k.sleep_on(WaitOn::Swap(slot), true));
            }
            read_now(k, frame, slot);
            frame
        }
    };
    uncache(k, slot);
    name(k, frame, usage);
    // Linux: a page that is being written is waited for. Here: it is not, because what is written was taken at the start.
    let flags = k.state().frame(frame).flags;
    k.set_frame_flags(frame, flags.difference(FrameFlags::WRITEBACK));
    k.commit(Change::CacheSwap { ino, page, from: Some(slot), to: None });
    k.commit(Change::CachePage { ino, page, from: None, to: Some(frame) });
    put_slot(k, slot);
    Ok(frame)
}

/// Forgets the page of a file in memory that is on the swap device.
pub fn drop_from_cache(k: &mut Kernel, ino: Ino, page: u32, slot: Slot) {
    k.commit(Change::CacheSwap { ino, page, from: Some(slot), to: None });
    put_slot(k, slot);
}
