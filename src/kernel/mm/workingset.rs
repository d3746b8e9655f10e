//! Refaults: whether a page that comes back would still be here if the lists were a little longer (`mm/workingset.c`).
//!
//! Under the policy `two-list` each page that is evicted leaves a shadow: how many pages had been evicted or become active by
//! then. When it comes back, the difference tells how many places it lacked. If those in use have as many, it begins in the
//! active list and competes with them, else in the inactive list like any other.

use std::ops::RangeInclusive;

use crate::base::ids::{Frame, Ino};
use crate::kernel::config::Replacement;
use crate::kernel::core::Kernel;
use crate::kernel::mm::lru;
use crate::kernel::mm::reclaim::can_swap;
use crate::trace::event::Change;
use crate::trace::value::{LruList, Nonresident};

/// A page is evicted (`workingset_eviction`).
pub fn evicted(k: &mut Kernel, of: Nonresident) {
    if k.config.replacement != Replacement::TwoList {
        return;
    }
    let to = Some(k.state().nonresident_age);
    set(k, of, to);
    age(k);
}

/// A page that was evicted comes back, or one that never was comes; its frame stands in a list already (`workingset_refault`).
pub fn refault(k: &mut Kernel, of: Nonresident, frame: Frame) {
    let Some(&shadow) = k.state().shadows.get(&of) else { return };
    set(k, of, None);
    let (active, competitors) = match k.state().frame(frame).list {
        Some(LruList::InactiveFile) => (LruList::ActiveFile, competitors(k, true)),
        Some(LruList::InactiveAnon) => (LruList::ActiveAnon, competitors(k, false)),
        Some(LruList::ActiveFile | LruList::ActiveAnon | LruList::Unevictable | LruList::Queue) | None => return,
    };
    if k.state().nonresident_age.wrapping_sub(shadow) <= competitors {
        lru::move_to(k, frame, active);
        age(k);
    }
}

/// How many pages a refault is held against: those that have more rights to be there than what was just read.
fn competitors(k: &Kernel, of_file: bool) -> u32 {
    let len = |list: LruList| k.state().lru.ends[list as usize].len;
    let other_inactive = if of_file { LruList::InactiveAnon } else { LruList::InactiveFile };
    let file = len(LruList::ActiveFile) + if of_file { 0 } else { len(other_inactive) };
    let anon = len(LruList::ActiveAnon) + if of_file { len(other_inactive) } else { 0 };
    file + if can_swap(k) { anon } else { 0 }
}

/// A page has become active by a call (`workingset_activation`), or is evicted.
pub fn age(k: &mut Kernel) {
    let from = k.state().nonresident_age;
    k.commit(Change::NonresidentAge { from, to: from.wrapping_add(1) });
}

/// What was evicted is wanted by nobody any more.
pub fn forget(k: &mut Kernel, of: Nonresident) {
    set(k, of, None);
}

/// The same for a range of pages of a file.
pub fn forget_pages(k: &mut Kernel, ino: Ino, pages: RangeInclusive<u32>) {
    let range = Nonresident::Page(ino, *pages.start())..=Nonresident::Page(ino, *pages.end());
    let found: Vec<Nonresident> = k.state().shadows.range(range).map(|(&of, _)| of).collect();
    found.into_iter().for_each(|of| forget(k, of));
}

fn set(k: &mut Kernel, of: Nonresident, to: Option<u32>) {
    let from = k.state().shadows.get(&of).copied();
    if from != to {
        k.commit(Change::Shadow { of, from, to });
    }
}
