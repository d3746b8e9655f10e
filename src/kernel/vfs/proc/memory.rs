//! `/proc/meminfo`: what the frames of the machine are used for, in KiB (`fs/proc/meminfo.c`).

use std::fmt::Write as _;

use crate::kernel::core::Kernel;
use crate::kernel::mm::huge;
use crate::kernel::mm::overcommit;
use crate::kernel::mm::reclaim::watermark;
use crate::kernel::state::State;
use crate::trace::value::{FrameKind, LruList};

/// KiB of a frame.
const FRAME_KIB: u64 = 4;

/// Frames that nobody has.
pub(super) fn free_frames(k: &Kernel) -> u64 {
    u64::from(k.config.ram_frames).saturating_sub(k.state().frames.len() as u64)
}

/// Frames of private memory that are mapped (`NR_ANON_MAPPED`): some are held by the swap cache alone.
pub(super) fn anon_mapped(state: &State) -> u64 {
    let cached = state.swap.iter().filter_map(|(_, slot)| state.frames.get(slot.cache?.0));
    let unmapped = cached.filter(|frame| frame.usage.kind == FrameKind::Anon && frame.maps == 0).count();
    u64::from(state.frame_counts.of(FrameKind::Anon)) - unmapped as u64
}

/// Frames that can be had without swapping: those that are free, and the page cache, but for what the watermarks keep
/// (`si_mem_available` in `mm/show_mem.c`).
fn available(k: &Kernel, free: u64) -> u64 {
    let marks = watermark::of(k);
    let cache = u64::from(k.state().frame_counts.of(FrameKind::File));
    let kept = (cache / 2).min(u64::from(marks.low));
    (free + cache - kept).saturating_sub(u64::from(marks.high))
}

/// The content of the file.
// Linux: /proc/meminfo has more lines, on slabs, kernel stacks and others. Here: not, because the model has no such things.
// Linux: Active and Inactive are the two lists. Here: without two lists all pages that may be evicted count as inactive,
// because no other policy tells them apart.
pub fn meminfo(k: &Kernel) -> String {
    let state = k.state();
    let counts = &state.frame_counts;
    let of = |kind| u64::from(counts.of(kind));
    let list = |list: LruList| u64::from(state.lru.ends[list as usize].len);
    let (active_anon, inactive_anon) = (list(LruList::ActiveAnon), list(LruList::InactiveAnon));
    let (active_file, inactive_file) = (list(LruList::ActiveFile), list(LruList::InactiveFile));
    let (total, free) = (u64::from(k.config.ram_frames), free_frames(k));
    let swap_total = u64::from(k.config.swap_slots);
    let lines = [
        ("MemTotal", total),
        ("MemFree", free),
        ("MemAvailable", available(k, free)),
        ("Buffers", 0),
        ("Cached", of(FrameKind::File) + of(FrameKind::Shmem)),
        ("SwapCached", u64::from(counts.swap_cached)),
        ("Active", active_anon + active_file),
        ("Inactive", inactive_anon + inactive_file + list(LruList::Queue)),
        ("Active(anon)", active_anon),
        ("Inactive(anon)", inactive_anon),
        ("Active(file)", active_file),
        ("Inactive(file)", inactive_file),
        ("Unevictable", list(LruList::Unevictable)),
        ("Mlocked", list(LruList::Unevictable)),
        ("SwapTotal", swap_total),
        ("SwapFree", swap_total - state.swap.len() as u64),
        ("Dirty", u64::from(counts.dirty)),
        ("Writeback", u64::from(counts.writeback)),
        ("AnonPages", anon_mapped(state)),
        ("Mapped", u64::from(counts.mapped)),
        ("Shmem", of(FrameKind::Shmem)),
        ("PageTables", of(FrameKind::Table)),
        ("CommitLimit", overcommit::limit(k)),
        ("Committed_AS", state.committed),
        ("AnonHugePages", huge::PAGES * huge::count(state)),
    ];
    let mut text = String::new();
    for (name, frames) in lines {
        let _ = writeln!(text, "{:15} {:8} kB", format!("{name}:"), frames * FRAME_KIB);
    }
    text
}
