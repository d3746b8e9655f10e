//! The lists of frames that may be evicted, oldest first (`include/linux/mm_inline.h`).
//!
//! Pages of users and of files stand in exactly one list from the moment they are there. Under the policy `two-list`
//! there are four lists, of which [`replacement`](super::replacement) takes from the inactive ones; under the others there
//! is one. A page that any area has locked stands in the list of those that are not evicted.

use crate::base::ids::Frame;
use crate::base::units::Page;
use crate::kernel::config::Replacement;
use crate::kernel::core::Kernel;
use crate::kernel::state::{FrameState, Mapping, State};
use crate::trace::event::Change;
use crate::trace::value::{FrameKind, LRU_LISTS, LruList, LruPlace, VmaFlags};

/// Whether frames of this kind stand in a list.
#[must_use]
pub const fn is_listed(kind: FrameKind) -> bool {
    match kind {
        FrameKind::Anon | FrameKind::File | FrameKind::Shmem => true,
        FrameKind::Table | FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => false,
    }
}

/// The list in which a frame begins: new pages have to prove that they are used.
fn first_list(k: &Kernel, kind: FrameKind) -> LruList {
    match (k.config.replacement, kind) {
        (Replacement::TwoList, FrameKind::File) => LruList::InactiveFile,
        (Replacement::TwoList, _) => LruList::InactiveAnon,
        (_, _) => LruList::Queue,
    }
}

/// How many frames may be evicted: what `frames` bounds.
#[must_use]
pub fn evictable(state: &State) -> u32 {
    let lists = LRU_LISTS.iter().filter(|&&list| list != LruList::Unevictable);
    lists.map(|&list| state.lru.ends[list as usize].len).sum()
}

/// Whether any area that maps a frame has locked it.
#[must_use]
pub fn is_locked(state: &State, frame: &FrameState) -> bool {
    let locked = |at: &Mapping| {
        let area = state.mm(at.mm).vma_at(Page(at.page).start());
        area.is_some_and(|(_, vma)| vma.flags.contains(VmaFlags::LOCKED))
    };
    frame.mappers.to_vec().iter().any(locked)
}

/// Puts a frame that is in no list at the young end of one.
pub fn add(k: &mut Kernel, frame: Frame) {
    let kind = k.state().frame(frame).usage.kind;
    let list = first_list(k, kind);
    insert(k, frame, list);
}

/// Puts a frame that was just mapped in an area, and is in no list, where it belongs.
pub fn insert_new(k: &mut Kernel, frame: Frame, area: VmaFlags) {
    if area.contains(VmaFlags::LOCKED) {
        insert(k, frame, LruList::Unevictable);
    } else {
        add(k, frame);
    }
}

/// Puts a frame that is in no list at the young end of this one.
pub fn insert(k: &mut Kernel, frame: Frame, list: LruList) {
    let after = k.state().lru.ends[list as usize].last;
    k.commit(Change::Lru { frame, from: None, to: Some(LruPlace { list, after }) });
}

/// Takes a frame out of its list, if it is in one.
pub fn remove(k: &mut Kernel, frame: Frame) {
    if let Some(from) = place(k.state(), frame) {
        k.commit(Change::Lru { frame, from: Some(from), to: None });
    }
}

/// Moves a frame to the young end of a list, of its own or of another one.
pub fn move_to(k: &mut Kernel, frame: Frame, list: LruList) {
    let from = place(k.state(), frame);
    let last = k.state().lru.ends[list as usize].last;
    if last == frame {
        return;
    }
    k.commit(Change::Lru { frame, from, to: Some(LruPlace { list, after: last }) });
}

/// Where a frame stands.
fn place(state: &State, frame: Frame) -> Option<LruPlace> {
    let state = state.frame(frame);
    state.list.map(|list| LruPlace { list, after: state.before })
}

/// Moves a frame to where it belongs after an area that maps it was locked or unlocked, mapped or unmapped.
pub fn relocate(k: &mut Kernel, frame: Frame) {
    let state = k.state().frame(frame);
    let Some(list) = state.list else { return };
    let locked = is_locked(k.state(), state);
    if locked != (list == LruList::Unevictable) {
        let to = if locked { LruList::Unevictable } else { first_list(k, state.usage.kind) };
        move_to(k, frame, to);
    }
}

/// A frame was mapped in an area: if that is locked, the frame is not evicted any more.
pub fn mapped(k: &mut Kernel, frame: Frame, flags: VmaFlags) {
    let state = k.state().frame(frame);
    if flags.contains(VmaFlags::LOCKED) && state.list.is_some_and(|list| list != LruList::Unevictable) {
        move_to(k, frame, LruList::Unevictable);
    }
}

/// A frame was unmapped somewhere: if it was kept because of that, it may be evicted now.
pub fn unmapped(k: &mut Kernel, frame: Frame) {
    if k.state().frame(frame).list == Some(LruList::Unevictable) {
        relocate(k, frame);
    }
}

/// The frames of a list, oldest first.
pub fn iter(state: &State, list: LruList) -> impl Iterator<Item = Frame> + '_ {
    let some = |frame: Frame| (frame != Frame(0)).then_some(frame);
    let first = some(state.lru.ends[list as usize].first);
    std::iter::successors(first, move |&frame| some(state.frame(frame).behind))
}
