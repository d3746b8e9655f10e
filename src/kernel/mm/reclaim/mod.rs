//! Reclaim: making room when frames run short (`mm/vmscan.c`).
//!
//! Who is about to need frames asks [`reserve`] before changing anything. If there are too few, pages are evicted that the
//! [replacement policy](super::replacement) names; clean ones are free at once, the others when they have been written,
//! and who waits for that sleeps. [`kswapd`] does the same ahead of need. On a small machine
//! ([`Config::is_small`](crate::kernel::config::Config::is_small)) nothing is done ahead of need, and counts are those of a textbook.

mod evict;
pub mod kswapd;
pub mod watermark;

use std::ops::Range;

pub use evict::{Evicted, evict, unmap};

use crate::abi::errno::Errno;
use crate::base::ids::{Frame, Ino, MmId};
use crate::base::units::{PAGE_SHIFT, Page};
use crate::kernel::core::Kernel;
use crate::kernel::mm::populate::leaf_of;
use crate::kernel::mm::replacement::{self, touched};
use crate::kernel::mm::table;
use crate::kernel::mm::{huge, lru};
use crate::kernel::state::Mapping;
use crate::kernel::stop::SysResult;
use crate::trace::event::Note;
use crate::trace::value::{FrameFlags, FrameKind, Io, LruList, PIN_OF_FILE, WaitOn};

/// Pages that are evicted at a time (`SWAP_CLUSTER_MAX`).
const BATCH: u32 = 32;

/// How often a task waits in vain before nothing is hoped for from reclaim (`MAX_RECLAIM_RETRIES`).
const MOST_RETRIES: u8 = 16;

/// How often a task waits in vain before it gets a frame beyond `frames`, because others are faster or what it evicts is in
/// use again each time.
const RETRIES_WITHIN_FRAMES: u8 = 4;

/// What frames are needed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Need {
    /// Pages of users or of files, which `frames` bounds.
    pub pages: u32,
    /// Tables and the kernel's own.
    pub others: u32,
}

/// Sees to it that so many frames are free. The page that a fault is about, `at`, is not evicted.
///
/// # Errors
/// Sleeps while pages are being written, to be asked again; ENOMEM if nothing can be evicted.
pub fn reserve(k: &mut Kernel, need: Need, at: Option<Mapping>) -> SysResult<()> {
    let short = watermark::short(k, need);
    if short == 0 {
        kswapd::wake_if_low(k);
        return Ok(());
    }
    hold(k, at);
    let result = make_room(k, need);
    k.held.clear();
    result
}

fn make_room(k: &mut Kernel, need: Need) -> SysResult<()> {
    loop {
        let short = watermark::short(k, need);
        if short == 0 {
            progressed(k);
            return Ok(());
        }
        let wanted = if k.config.is_small() { short } else { short.max(BATCH) };
        if shrink(k, wanted) > 0 {
            continue;
        }
        let short = watermark::short(k, need);
        if short == 0 {
            return Ok(());
        }
        let met = k.config.is_small() && watermark::must_have(k, need);
        if awaits_frames(k) && may_retry(k, if met { RETRIES_WITHIN_FRAMES } else { MOST_RETRIES }) {
            return Err(k.sleep_on(WaitOn::Writeback, true));
        }
        // What reclaim could still find does not reach the lowest watermark: there is no use in trying again
        // (`should_reclaim_retry`), else tasks would take each other's last pages of text away for ever.
        return if met { Ok(()) } else { Err(Errno::ENOMEM.into()) };
    }
}

/// Whether the current task may wait once more for what devices are at work with. On a small machine a page that is being
/// written can be all that may go, and be in use again each time when it has been written; who waits for it would wait for
/// ever.
fn may_retry(k: &mut Kernel, most: u8) -> bool {
    let tid = k.current();
    let tries = match k.state().tasks.get(&tid) {
        Some(task) if k.config.is_small() => task.no_progress,
        Some(_) | None => return true,
    };
    if tries >= most {
        return false;
    }
    k.set_no_progress(tid, tries + 1);
    true
}

/// The current task has a frame, or needs none any more.
fn progressed(k: &mut Kernel) {
    let tid = k.current();
    if k.state().tasks.get(&tid).is_some_and(|task| task.no_progress > 0) {
        k.set_no_progress(tid, 0);
    }
}

/// Whether devices are at work with something that makes room: pages that are being written. On a small machine what is
/// being read counts, too, as it may be all that there is; else who waits for that would wait as long as others read, and
/// they for what he has evicted.
fn awaits_frames(k: &Kernel) -> bool {
    k.state().io.iter().any(|(_, io)| match io {
        Io::WriteFile(..) | Io::WriteSwap(_) => true,
        Io::ReadFile(..) | Io::ReadSwap(_) => k.config.is_small(),
    })
}

/// Evicts pages until so many are free; tells how many are.
fn shrink(k: &mut Kernel, wanted: u32) -> u32 {
    touched::take_in(k);
    let (mut scanned, mut freed, mut writing) = (0, huge::free_zeros(k), 0);
    while freed + writing < wanted {
        let Some(frame) = replacement::victim(k, &mut scanned) else { break };
        match evict(k, frame) {
            Evicted::Freed => freed += 1,
            Evicted::Writing => writing += 1,
            Evicted::Kept => {}
        }
    }
    if freed > 0 {
        kswapd::encourage(k);
    }
    if scanned > 0 && !k.config.is_small() {
        k.note(Note::Reclaimed { wanted, scanned, freed, writing });
    }
    freed
}

/// Whether a page may be evicted now.
#[must_use]
pub fn may_go(k: &Kernel, frame: Frame) -> bool {
    let state = k.state().frame(frame);
    if state.flags.intersects(FrameFlags::LOCKED | FrameFlags::WRITEBACK) || k.held.contains(&frame) {
        return false;
    }
    match state.usage.kind {
        FrameKind::Anon => state.slot.is_some() || state.flags.contains(FrameFlags::LAZYFREE) || can_swap(k),
        FrameKind::Shmem => state.slot.is_some() || can_swap(k),
        FrameKind::File => !k.state().inode(Ino(state.usage.owner)).reading.contains(&state.usage.index),
        FrameKind::Table | FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => false,
    }
}

/// Whether a slot of the swap device is free.
#[must_use]
pub fn can_swap(k: &Kernel) -> bool {
    (k.state().swap.len() as u32) < k.config.swap_slots
}

/// Notes the frames that are not evicted now: the pages of the current task's instruction, window and fault, and what the
/// instructions and calls of all tasks have brought in and still need (see [`pin`]): else two tasks could take each other's
/// pages away for ever.
fn hold(k: &mut Kernel, at: Option<Mapping>) {
    let current = k.state().tasks.get(&k.current());
    let own = current.and_then(|task| Some((task.mm?, task.position)));
    let own = own.into_iter().flat_map(|(mm, position)| {
        [position.pc, position.sp].map(|address| Mapping { mm, page: address >> PAGE_SHIFT })
    });
    let mut held: Vec<Frame> = own.chain(at).filter_map(|page| frame_of(k, page)).collect();
    if k.config.is_small() {
        for task in k.state().tasks.values() {
            let Some(mm) = task.mm else { continue };
            held.extend(task.pins.iter().filter(|&&pin| pin != 0).filter_map(|&pin| match pin & PIN_OF_FILE {
                0 => frame_of(k, Mapping { mm, page: pin - 1 }),
                _ => frame_in_file(k, Ino(((pin & !PIN_OF_FILE) >> 32) as u32), pin as u32),
            }));
        }
    }
    k.held = held;
}

/// The frame of a page: mapped, or in the swap cache or the page cache, about to be mapped.
fn frame_of(k: &Kernel, Mapping { mm, page }: Mapping) -> Option<Frame> {
    let pte = leaf_of(k, mm, page << PAGE_SHIFT);
    if pte.is_present() {
        return Some(pte.frame());
    }
    if let Some(slot) = pte.slot() {
        return k.state().slot(slot).cache;
    }
    let (start, vma) = k.state().mm(mm).vma_at(Page(page).start())?;
    frame_in_file(k, vma.ino, vma.file_page.wrapping_add((page - start) as u32))
}

/// The frame of a page of a file: in the page cache, or in the swap cache.
fn frame_in_file(k: &Kernel, ino: Ino, page: u32) -> Option<Frame> {
    let inode = k.state().inodes.get(ino.0)?;
    inode.cache.get(&page).copied().or_else(|| k.state().slot(*inode.swapped.get(&page)?).cache)
}

/// A page was brought in for an instruction or a call that has not been done yet: on a small machine it stays till then, so
/// that an instruction that needs several pages gets them all.
pub fn pin(k: &mut Kernel, page: u64) {
    if !k.config.is_small() {
        return;
    }
    let tid = k.current();
    let Some(task) = k.state().tasks.get(&tid) else { return };
    if task.pins.contains(&(page + 1)) {
        return;
    }
    let place = task.pins.iter().position(|&pin| pin == 0);
    if let Some(place) = place {
        k.set_pin(tid, place as u8, page + 1);
    }
}

/// A call copies from or to a page of a file: on a small machine that stays till the next one of that file is its turn, or the
/// call is done, as long as Linux's calls hold a reference to the page. A call that reads two files, as exec does for a script
/// and its interpreter, and begins anew after each sleep, has to find both there.
pub fn pin_of_file(k: &mut Kernel, ino: Ino, page: u32) {
    if !k.config.is_small() {
        return;
    }
    let tid = k.current();
    let Some(task) = k.state().tasks.get(&tid) else { return };
    let of_file = PIN_OF_FILE | u64::from(ino.0) << 32;
    let same = task.pins.iter().position(|&pin| pin >> 32 == of_file >> 32);
    if let Some(place) = same.or_else(|| task.pins.iter().position(|&pin| pin == 0)) {
        k.set_pin(tid, place as u8, of_file | u64::from(page));
    }
}

/// The instruction or call is done.
pub fn unpin(k: &mut Kernel) {
    if !k.config.is_small() {
        return;
    }
    let tid = k.current();
    let Some(task) = k.state().tasks.get(&tid) else { return };
    for (place, pin) in (0..).zip(task.pins) {
        if pin != 0 {
            k.set_pin(tid, place, 0);
        }
    }
    progressed(k);
}

/// The frames that are mapped in a range of pages, each once.
fn mapped_in(k: &Kernel, mm: MmId, pages: Range<u64>) -> Vec<Frame> {
    let leaves = table::leaves(&k.state().hardware.phys, k.state().mm(mm).pgd(), pages);
    leaves.into_iter().filter(|leaf| leaf.step.pte.is_present()).map(|leaf| leaf.step.pte.frame()).collect()
}

/// Evicts what is mapped in a range of pages and nowhere else, or only what is private memory of that (`MADV_PAGEOUT`).
/// Writing goes on when this has returned.
pub fn page_out(k: &mut Kernel, mm: MmId, pages: Range<u64>, only_private: bool) {
    for frame in mapped_in(k, mm, pages) {
        // Evicting one may have freed another: a device that was waited for was done with it.
        let Some(state) = k.state().frames.get(frame.0) else { continue };
        let evictable = state.list.is_some_and(|list| list != LruList::Unevictable);
        let meant = !only_private || state.usage.kind == FrameKind::Anon;
        if evictable && meant && state.maps == 1 && may_go(k, frame) {
            let _ = evict(k, frame);
        }
    }
}

/// Makes what is mapped in a range of pages, and nowhere else, the next to be looked at (`MADV_COLD`).
pub fn deactivate(k: &mut Kernel, mm: MmId, pages: Range<u64>) {
    for frame in mapped_in(k, mm, pages) {
        let state = k.state().frame(frame);
        if state.maps != 1 {
            continue;
        }
        let to = match state.list {
            Some(LruList::ActiveAnon | LruList::InactiveAnon) => LruList::InactiveAnon,
            Some(LruList::ActiveFile | LruList::InactiveFile) => LruList::InactiveFile,
            Some(LruList::Unevictable | LruList::Queue) | None => continue,
        };
        let _ = replacement::referenced(k, frame);
        let flags = k.state().frame(frame).flags;
        k.set_frame_flags(frame, flags.difference(FrameFlags::REFERENCED));
        lru::move_to(k, frame, to);
    }
}

/// Evicts pages without sleeping, because the kernel is in the middle of something: devices are waited for busily. Tells
/// whether there is room.
pub fn make_room_busily(k: &mut Kernel, need: Need) -> bool {
    if watermark::short(k, need) == 0 {
        return true;
    }
    let busy = std::mem::replace(&mut k.busy, true);
    hold(k, None);
    while watermark::short(k, need) > 0 && shrink(k, watermark::short(k, need)) > 0 {}
    k.held.clear();
    k.busy = busy;
    watermark::must_have(k, need)
}
