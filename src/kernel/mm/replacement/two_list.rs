//! Linux's two lists: pages in use, and pages that were not used lately, of memory and of files (`mm/vmscan.c`).
//!
//! A page begins in the inactive list, unless it was evicted only lately (see [`workingset`]). Found used when its turn comes,
//! it stays for a second look, or moves to the active list if it was used twice; found unused, it goes. When the inactive list gets shorter than the active one, the oldest
//! active pages move down. So what is read once and never again passes through the inactive list only, and takes nothing away
//! from what is in use, however long that is not used meanwhile.
// Linux: 32 pages are taken off a list at a time, and the share of the lists follows what refaults cost. Here: one page at a
// time, and the share follows `vm.swappiness` alone, because runs are short and traces are read line by line.

use crate::base::ids::Frame;
use crate::base::units::Page;
use crate::kernel::core::Kernel;
use crate::kernel::mm::reclaim::{can_swap, may_go};
use crate::kernel::mm::replacement::{oldest, referenced};
use crate::kernel::mm::{lru, workingset};
use crate::trace::value::{FrameFlags, FrameKind, LruList, Sysctl, VmaFlags};

/// What becomes of a page whose turn has come (`folio_check_references`).
enum Verdict {
    Goes,
    Stays,
    Activated,
}

/// The next page to go; none if there is none that may.
pub fn victim(k: &mut Kernel, scanned: &mut u32) -> Option<Frame> {
    // Twice around: what has its second look behind it goes then.
    let rounds = 2 * lru::evictable(k.state()) + 2;
    for turn in 0..rounds {
        let (active, inactive) = next_lists(k, *scanned)?;
        balance(k, active, inactive, scanned);
        let Some(frame) = first(k, inactive) else {
            if turn > 0 && first(k, active).is_none() {
                break;
            }
            continue;
        };
        *scanned += 1;
        if !may_go(k, frame) {
            lru::move_to(k, frame, inactive);
            continue;
        }
        match verdict(k, frame) {
            Verdict::Goes => return Some(frame),
            Verdict::Stays => lru::move_to(k, frame, inactive),
            Verdict::Activated => lru::move_to(k, frame, active),
        }
    }
    // All are in use: the oldest goes nevertheless.
    let file = [LruList::InactiveFile, LruList::ActiveFile];
    let all = [LruList::InactiveFile, LruList::InactiveAnon, LruList::ActiveFile, LruList::ActiveAnon];
    let lists: &[LruList] = if can_swap(k) { &all } else { &file };
    lists.iter().find_map(|&list| oldest(k, list, scanned))
}

fn first(k: &Kernel, list: LruList) -> Option<Frame> {
    let first = k.state().lru.ends[list as usize].first;
    (first != Frame(0)).then_some(first)
}

fn len(k: &Kernel, list: LruList) -> u32 {
    k.state().lru.ends[list as usize].len
}

/// The lists that are looked at next, active and inactive: those of files or of memory, as often as `vm.swappiness` of 200
/// says, and as far as there is anything in them and anywhere to put it: with a full swap device memory is left alone, even
/// what has its slot already (`get_scan_count`).
fn next_lists(k: &Kernel, scanned: u32) -> Option<(LruList, LruList)> {
    let file = (LruList::ActiveFile, LruList::InactiveFile);
    let anon = (LruList::ActiveAnon, LruList::InactiveAnon);
    let has = |(active, inactive)| len(k, active) + len(k, inactive) > 0;
    match (has(file), has(anon) && can_swap(k)) {
        (false, false) => None,
        (true, false) => Some(file),
        (false, true) => Some(anon),
        (true, true) => {
            let swappiness = k.state().sysctl(Sysctl::Swappiness).min(200);
            // Spread evenly: of each ten looks so many are at memory.
            let turn = u64::from(scanned % 10);
            let anon_turns = swappiness.div_ceil(20);
            Some(if turn < anon_turns { anon } else { file })
        }
    }
}

/// Moves the oldest active page down if the inactive list is too short (`inactive_is_low`).
fn balance(k: &mut Kernel, active: LruList, inactive: LruList, scanned: &mut u32) {
    if len(k, inactive) >= len(k, active) {
        return;
    }
    let Some(frame) = first(k, active) else { return };
    *scanned += 1;
    // Instructions in use stay: a program that waits for its own text waits long.
    if referenced(k, frame) > 0 && is_text(k, frame) {
        lru::move_to(k, frame, active);
    } else {
        // The mark stays: found used when its turn comes, it is active again at once.
        lru::move_to(k, frame, inactive);
    }
}

fn verdict(k: &mut Kernel, frame: Frame) -> Verdict {
    let uses = referenced(k, frame);
    let state = k.state().frame(frame);
    let before = state.flags.contains(FrameFlags::REFERENCED);
    if uses == 0 {
        // Used since its last look: a page of a file goes if it is clean, and is not written for that
        // (`FOLIOREF_RECLAIM_CLEAN`).
        let dirty = state.flags.contains(FrameFlags::DIRTY);
        if before && dirty && state.usage.kind == FrameKind::File {
            set_referenced(k, frame, false);
            return Verdict::Stays;
        }
        return Verdict::Goes;
    }
    set_referenced(k, frame, true);
    if before || uses > 1 || is_text(k, frame) { Verdict::Activated } else { Verdict::Stays }
}

/// Whether a page of a file is executed somewhere.
fn is_text(k: &Kernel, frame: Frame) -> bool {
    let state = k.state().frame(frame);
    state.usage.kind == FrameKind::File
        && state.mappers.to_vec().iter().any(|at| {
            let area = k.state().mm(at.mm).vma_at(Page(at.page).start());
            area.is_some_and(|(_, vma)| vma.flags.contains(VmaFlags::EXEC))
        })
}

fn set_referenced(k: &mut Kernel, frame: Frame, referenced: bool) {
    let mut flags = k.state().frame(frame).flags;
    flags.set(FrameFlags::REFERENCED, referenced);
    k.set_frame_flags(frame, flags);
}

/// A page of a file was read by a call, or one of a file in memory written (`folio_mark_accessed`): the first time it is
/// marked, the second time it becomes active.
// Linux: reads of one page that follow each other in an open file count once. Here: each counts, because an open file keeps no
// history of reads.
pub fn mark_accessed(k: &mut Kernel, frame: Frame) {
    let state = k.state().frame(frame);
    let (list, marked) = (state.list, state.flags.contains(FrameFlags::REFERENCED));
    let active = match list {
        Some(LruList::InactiveFile) => LruList::ActiveFile,
        Some(LruList::InactiveAnon) => LruList::ActiveAnon,
        Some(LruList::ActiveFile | LruList::ActiveAnon) if !marked => return set_referenced(k, frame, true),
        Some(LruList::ActiveFile | LruList::ActiveAnon | LruList::Unevictable | LruList::Queue) | None => return,
    };
    set_referenced(k, frame, !marked);
    if marked {
        lru::move_to(k, frame, active);
        workingset::age(k);
    }
}
