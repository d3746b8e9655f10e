//! Faults on private memory: zeros on demand, and copy on write.

use crate::base::ids::Frame;
use crate::kernel::boot::ZERO_FRAME;
use crate::kernel::core::Kernel;
use crate::kernel::mm::fault::{At, Done, Refusal};
use crate::kernel::mm::reclaim::{self, Need};
use crate::kernel::mm::table::{self, Leaf};
use crate::kernel::mm::{lru, swap};
use crate::kernel::state::Mapping;
use crate::kernel::stop::{Stop, SysResult};
use crate::machine::clock;
use crate::machine::mmu::Step;
use crate::machine::pte::{A, D, Pte, W};
use crate::trace::event::FaultResult;
use crate::trace::value::{FrameKind, VmaFlags};

/// The first touch is a read: the page of zeros that all share is mapped.
pub fn zero_page(k: &mut Kernel, at: &At) -> Done {
    table::set_leaf(k, at.mm, at.leaf, Pte::leaf(ZERO_FRAME, at.rights()));
    Done { result: FaultResult::ZeroPage, frame: ZERO_FRAME, source: Frame(0) }
}

/// The first touch is a write: a frame of zeros is mapped.
pub fn zero_filled(k: &mut Kernel, at: &At) -> Result<Done, Refusal> {
    let frame = fresh(k, at)?;
    k.charge(clock::ZERO_PAGE);
    Ok(map_fresh(k, at, frame, FaultResult::ZeroFilled, Frame(0)))
}

/// A write to a page that is mapped read-only: the last owner takes the frame, anyone else gets a copy (`do_wp_page`).
pub fn copy_on_write(k: &mut Kernel, at: &At) -> Result<Done, Refusal> {
    let old = at.leaf.step.pte.frame();
    let state = k.state().frame(old);
    match state.usage.kind {
        FrameKind::Anon if swap::is_exclusive(k, old) => {
            let task = k.current();
            if let Some(races) = &mut k.races {
                races.forget_others(old, task);
            }
            table::set_leaf(k, at.mm, at.leaf, at.leaf.step.pte.with(W | A | D));
            swap::forget_copy(k, old);
            Ok(Done { result: FaultResult::Reused, frame: old, source: Frame(0) })
        }
        FrameKind::Zero => zero_filled(k, at),
        FrameKind::Anon | FrameKind::File | FrameKind::Shmem => copied(k, at, old),
        FrameKind::Table | FrameKind::Pipe | FrameKind::Kernel => unreachable!("{old:?} is no page of a process"),
    }
}

/// Maps a copy of a frame, writable.
pub fn copied(k: &mut Kernel, at: &At, source: Frame) -> Result<Done, Refusal> {
    let frame = fresh(k, at)?;
    k.charge(clock::COPY_PAGE);
    k.with_bus(|bus| bus.copy_frame(source, frame));
    let done = map_fresh(k, at, frame, FaultResult::Copied, source);
    let left = k.state().frame(source);
    // One entry less names the source, and that may have been the last one.
    if left.usage.kind == FrameKind::Anon && left.maps == 0 {
        swap::put_frame(k, source);
    } else {
        lru::unmapped(k, source);
    }
    Ok(done)
}

/// Sees to it that there is a frame for the page of a fault. What the fault copies from is not evicted for that.
pub fn room(k: &mut Kernel, at: &At) -> Result<(), Refusal> {
    // Pages that are locked are none of those that `frames` bounds.
    let locked = u32::from(at.vma.flags.contains(VmaFlags::LOCKED));
    let need = Need { pages: 1 - locked, others: locked };
    waits_for_room(reclaim::reserve(k, need, Some(Mapping { mm: at.mm, page: at.leaf.page })))
}

/// What a fault makes of an answer of [`reclaim::reserve`].
pub fn waits_for_room(answer: SysResult<()>) -> Result<(), Refusal> {
    answer.map_err(|stop| match stop {
        Stop::Sleeps | Stop::Interrupted | Stop::Gone => Refusal::NoRoom,
        Stop::Errno(_) => Refusal::NoFrame,
    })
}

fn fresh(k: &mut Kernel, at: &At) -> Result<Frame, Refusal> {
    room(k, at)?;
    k.take_frame(FrameKind::Anon, at.mm.0, at.leaf.page as u32).ok_or(Refusal::NoFrame)
}

fn map_fresh(k: &mut Kernel, at: &At, frame: Frame, result: FaultResult, source: Frame) -> Done {
    // Making room may have cleared the accessed bit of what is mapped there.
    let pte = Pte(k.state().hardware.phys.read_u64(at.leaf.step.address()));
    let leaf = Leaf { step: Step { pte, ..at.leaf.step }, ..at.leaf };
    table::set_leaf(k, at.mm, leaf, Pte::leaf(frame, at.rights() | W | D));
    lru::insert_new(k, frame, at.vma.flags);
    Done { result, frame, source }
}
