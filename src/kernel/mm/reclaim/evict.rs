//! Evicting a page: it leaves all page tables, is written if it must be, and its frame is free.

use crate::base::ids::{Frame, Ino, Slot};
use crate::kernel::core::Kernel;
use crate::kernel::device;
use crate::kernel::mm::table;
use crate::kernel::mm::{lru, swap, workingset};
use crate::kernel::state::Mapping;
use crate::kernel::vfs::{cache, writeback};
use crate::machine::clock;
use crate::machine::pte::{D, Pte};
use crate::trace::event::{Change, Note};
use crate::trace::value::{EvictedTo, FrameFlags, FrameKind, Io, LruList, Nonresident};

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evicted {
    /// The frame is free.
    Freed,
    /// It is free when the page has been written.
    Writing,
    /// It stays, because it is in use again or there is nowhere to put it.
    Kept,
}

/// Evicts a page that [`may_go`](super::may_go).
pub fn evict(k: &mut Kernel, frame: Frame) -> Evicted {
    match k.state().frame(frame).usage.kind {
        FrameKind::Anon => anonymous(k, frame),
        FrameKind::Shmem => shared(k, frame),
        FrameKind::File => of_file(k, frame),
        FrameKind::Table | FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => Evicted::Kept,
    }
}

/// Takes a page out of all page tables, in each of which an entry of `to` replaces it; tells whether any had written it.
pub fn unmap(k: &mut Kernel, frame: Frame, to: Pte) -> bool {
    let mut dirty = false;
    for Mapping { mm, page } in k.state().frame(frame).mappers.to_vec() {
        if let Some(leaf) = table::leaf_at(&k.state().hardware.phys, k.state().mm(mm).pgd(), page) {
            dirty |= leaf.step.pte.has(D);
            table::set_leaf(k, mm, leaf, to);
        }
    }
    dirty
}

/// Whether any entry that maps a frame says that it was written.
fn is_dirty(k: &Kernel, frame: Frame) -> bool {
    k.state().frame(frame).mappers.to_vec().iter().any(|at| {
        let leaf = table::leaf_at(&k.state().hardware.phys, k.state().mm(at.mm).pgd(), at.page);
        leaf.is_some_and(|leaf| leaf.step.pte.has(D))
    })
}

/// Private memory: to the swap device, unless what stands there is the same.
fn anonymous(k: &mut Kernel, frame: Frame) -> Evicted {
    let state = k.state().frame(frame);
    let (usage, flags, held) = (state.usage, state.flags, state.slot);
    if flags.contains(FrameFlags::LAZYFREE) {
        if is_dirty(k, frame) {
            k.set_frame_flags(frame, flags.difference(FrameFlags::LAZYFREE));
            if matches!(k.state().frame(frame).list, Some(LruList::InactiveFile | LruList::ActiveFile)) {
                lru::move_to(k, frame, LruList::ActiveAnon);
            }
            return Evicted::Kept;
        }
        let _ = unmap(k, frame, Pte::NONE);
        k.note(Note::Evicted { frame, usage, to: EvictedTo::Dropped });
        swap::put_frame(k, frame);
        return Evicted::Freed;
    }
    let Some(slot) = held.or_else(|| swap::take_slot(k)) else { return Evicted::Kept };
    if held.is_none() {
        k.commit(Change::SwapCache { slot, from: None, to: Some(frame) });
    }
    let state = k.state().frame(frame);
    let exclusive = state.maps == 1 && k.state().slot(slot).refs == 0;
    let dirty = unmap(k, frame, Pte::swap(slot, exclusive)) || held.is_none() || flags.contains(FrameFlags::DIRTY);
    let to = if dirty { EvictedTo::Swap(slot) } else { EvictedTo::SwapClean(slot) };
    k.note(Note::Evicted { frame, usage, to });
    workingset::evicted(k, Nonresident::Slot(slot));
    if dirty { write_to_slot(k, frame, slot) } else { free(k, frame) }
}

/// A page of a file in memory: to the swap device, as it is nowhere else, unless it was read from there before anybody
/// wanted it, or nobody ever wrote it.
fn shared(k: &mut Kernel, frame: Frame) -> Evicted {
    let state = k.state().frame(frame);
    let usage = state.usage;
    if let Some(slot) = state.slot {
        k.note(Note::Evicted { frame, usage, to: EvictedTo::SwapClean(slot) });
        workingset::evicted(k, Nonresident::Slot(slot));
        return free(k, frame);
    }
    let (ino, page) = (Ino(usage.owner), usage.index);
    // Linux: a page that nobody wrote has no dirty mark, and is dropped. Here: one that no entry says was written, that holds
    // only zeros, and whose file has no name, because of pages in memory no such mark is kept, and calls may have
    // written zeros to a file that has one.
    let may_be_written = k.state().inode(ino).links > 0 || is_dirty(k, frame);
    if !may_be_written && k.state().hardware.phys.is_zero(frame) {
        let _ = unmap(k, frame, Pte::NONE);
        k.note(Note::Evicted { frame, usage, to: EvictedTo::Dropped });
        cache::drop_page(k, ino, page);
        return Evicted::Freed;
    }
    let Some(slot) = swap::take_slot(k) else { return Evicted::Kept };
    let _ = unmap(k, frame, Pte::NONE);
    k.commit(Change::CachePage { ino, page, from: Some(frame), to: None });
    k.commit(Change::CacheSwap { ino, page, from: None, to: Some(slot) });
    k.commit(Change::SwapCache { slot, from: None, to: Some(frame) });
    k.note(Note::Evicted { frame, usage, to: EvictedTo::Swap(slot) });
    workingset::evicted(k, Nonresident::Slot(slot));
    write_to_slot(k, frame, slot)
}

/// The slot holds the same: the frame is free.
fn free(k: &mut Kernel, frame: Frame) -> Evicted {
    swap::put_frame(k, frame);
    if k.state().frames.get(frame.0).is_some_and(|state| state.slot.is_some()) {
        Evicted::Writing
    } else {
        Evicted::Freed
    }
}

fn write_to_slot(k: &mut Kernel, frame: Frame, slot: Slot) -> Evicted {
    if k.config.swap_at_once {
        k.charge(clock::ZRAM_WRITE);
        swap::store(k, frame, slot);
        return free(k, frame);
    }
    let flags = k.state().frame(frame).flags;
    k.set_frame_flags(frame, flags.union(FrameFlags::WRITEBACK).difference(FrameFlags::DIRTY));
    swap::store(k, frame, slot);
    device::submit(k, Io::WriteSwap(slot));
    if k.busy { Evicted::Freed } else { Evicted::Writing }
}

/// A page of a file on the disk: written if it was changed, else just dropped.
fn of_file(k: &mut Kernel, frame: Frame) -> Evicted {
    let state = k.state().frame(frame);
    let (usage, flags) = (state.usage, state.flags);
    let (ino, page) = (Ino(usage.owner), usage.index);
    let _ = unmap(k, frame, Pte::NONE);
    if flags.contains(FrameFlags::DIRTY) {
        let Some(block) = k.state().inode(ino).blocks.get(&page).copied() else { return Evicted::Kept };
        k.note(Note::Evicted { frame, usage, to: EvictedTo::File(block) });
        workingset::evicted(k, Nonresident::Page(ino, page));
        k.set_frame_flags(frame, flags.union(FrameFlags::RECLAIM));
        writeback::start(k, frame);
        return if k.busy { Evicted::Freed } else { Evicted::Writing };
    }
    k.note(Note::Evicted { frame, usage, to: EvictedTo::Dropped });
    workingset::evicted(k, Nonresident::Page(ino, page));
    cache::drop_page(k, ino, page);
    Evicted::Freed
}
