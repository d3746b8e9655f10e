//! The fastmap: host pointers to the pages that the running address space may touch at this moment.
//!
//! It is the executor's and no part of the machine: never cloned with it, hashed, compared or traced. What it allows is
//! always a subset of what the TLB allows, so that a hit here is a hit there, and hits are silent. Both have the same
//! number of entries, and in one address space the same pages collide in both: whatever pushes an entry out of the
//! TLB pushes it out of here. Whoever drops entries of the TLB, or changes the address space, clears it.

#![expect(unsafe_code, reason = "lookups are on the path of each load and store")]

use std::cell::Cell;

use crate::base::ids::{CpuId, Frame};
use crate::base::units::PAGE_SIZE;
use crate::machine::tlb::ENTRIES;

/// What a page may be used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// Loads.
    Read,
    /// Stores, and windows.
    Write,
    /// Fetches.
    Fetch,
}

/// Page address in bits 12..64, epoch in bits 3..12, bits 0..3 zero: a lookup masks the address so that one that is
/// not aligned fails the same comparison.
#[derive(Clone, Copy, Debug)]
struct Entry {
    tag: u64,
    /// Host address of the page minus its virtual address.
    base: *mut u8,
}

const EMPTY: Entry = Entry { tag: 0, base: std::ptr::null_mut() };
const EPOCH_STEP: u64 = 8;
const SLOTS: usize = ENTRIES as usize;
const USES: usize = 3;

/// Host pointers of the running address space.
#[derive(Debug)]
pub struct Fastmap {
    epoch: u64,
    entries: Box<[Cell<Entry>; SLOTS * USES]>,
    /// The frames of the pages that may be fetched from.
    frames: Box<[Frame; SLOTS]>,
    /// Of which era all pointers are; none if there are no more than those of the present run.
    era: Option<Era>,
}

// SAFETY: the pointers in it are followed only during a `run`, which borrows it and the memory exclusively, and begins by
// forgetting them unless they are of the same era.
unsafe impl Send for Fastmap {}

/// What host pointers depend on: they are good for another run if it is all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Era {
    /// The CPU, whose TLB allows them.
    pub cpu: CpuId,
    /// Which memory ([`Phys::generation`](crate::machine::phys::Phys::generation)): one that was cloned meanwhile is another.
    pub memory: u64,
    /// How many of its pages had moved.
    pub moves: u64,
}

/// A fastmap as the executor keeps it at hand; good until the fastmap is cleared.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    epoch: u64,
    entries: *const Cell<Entry>,
}

impl Default for Fastmap {
    fn default() -> Self {
        Self {
            epoch: EPOCH_STEP,
            entries: Box::new([const { Cell::new(EMPTY) }; SLOTS * USES]),
            frames: Box::new([Frame(0); SLOTS]),
            era: None,
        }
    }
}

impl Fastmap {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.epoch += EPOCH_STEP;
        if self.epoch == PAGE_SIZE {
            self.entries.iter().for_each(|entry| entry.set(EMPTY));
            self.epoch = EPOCH_STEP;
        }
    }

    /// A run begins: pointers of another era are forgotten, and all of them if this run is of none, because somebody looks on
    /// at each access.
    #[inline]
    pub(super) fn enter(&mut self, era: Option<Era>) {
        if era.is_none() || self.era != era {
            self.clear();
            self.era = era;
        }
    }

    /// Pages have moved in the midst of a run.
    pub(super) fn moved(&mut self, moves: u64) {
        self.clear();
        self.era = self.era.map(|era| Era { moves, ..era });
    }

    /// The view of the executor.
    pub(super) fn view(&self) -> View {
        View { epoch: self.epoch, entries: self.entries.as_ptr() }
    }

    /// Notes where the page of an address lies, for one use.
    pub(super) fn insert(&self, usage: Use, address: u64, host: *mut u8) {
        let page = address & !(PAGE_SIZE - 1);
        let base = host.wrapping_sub(page as usize);
        self.entries[usage as usize * SLOTS + slot(address)].set(Entry { tag: page | self.epoch, base });
    }

    /// Notes where the text page of an address lies.
    pub(super) fn insert_fetch(&mut self, address: u64, host: *const u8, frame: Frame) {
        self.insert(Use::Fetch, address, host.cast_mut());
        self.frames[slot(address)] = frame;
    }

    /// The frame of a text page that a lookup just found.
    pub(super) fn frame(&self, address: u64) -> Frame {
        self.frames[slot(address)]
    }

    /// Forgets whatever shares its place with a page: the TLB is about to replace the entry there.
    pub(super) fn evict(&self, address: u64) {
        for usage in 0..USES {
            self.entries[usage * SLOTS + slot(address)].set(EMPTY);
        }
    }
}

impl View {
    /// Where the `size` bytes (1, 2, 4 or 8) at an address lie, if its page is known for that use and the address is
    /// a multiple of the size.
    ///
    /// # Safety
    ///
    /// The fastmap that the view is of must still be there.
    #[inline(always)]
    pub(super) unsafe fn lookup(self, usage: Use, address: u64, size: u64) -> Option<*mut u8> {
        // SAFETY: the index is below `SLOTS * USES`, and the caller keeps the fastmap alive.
        let entry = unsafe { (*self.entries.add(usage as usize * SLOTS + slot(address))).get() };
        let wanted = address & (!(PAGE_SIZE - 1) | (size - 1)) | self.epoch;
        (wanted == entry.tag).then(|| entry.base.wrapping_add(address as usize))
    }
}

#[inline(always)]
fn slot(address: u64) -> usize {
    (address >> 12) as usize & (SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(map: &Fastmap, usage: Use, address: u64, size: u64) -> Option<*mut u8> {
        // SAFETY: the map is borrowed.
        unsafe { map.view().lookup(usage, address, size) }
    }

    #[test]
    fn entries_are_found_until_cleared_or_evicted() {
        let mut map = Fastmap::default();
        let mut page = [0_u8; 4096];
        let host = page.as_mut_ptr();
        map.insert(Use::Read, 0x7000, host);
        assert_eq!(find(&map, Use::Read, 0x7018, 8), Some(host.wrapping_add(0x18)));
        assert_eq!(find(&map, Use::Read, 0x7fff, 1), Some(host.wrapping_add(0xfff)));
        for (usage, address, size) in
            [(Use::Write, 0x7018, 8), (Use::Read, 0x7019, 8), (Use::Read, 0x8000, 1), (Use::Read, 1 << 63 | 0x7000, 8)]
        {
            assert_eq!(find(&map, usage, address, size), None);
        }
        map.evict(0x7000 + 4096 * 1024);
        assert_eq!(find(&map, Use::Read, 0x7018, 8), None);
        for _ in 0..2000 {
            map.insert(Use::Read, 0x7000, host);
            map.clear();
            assert_eq!(find(&map, Use::Read, 0x7018, 8), None);
        }
    }

    #[test]
    fn the_null_page_is_not_found_in_an_empty_map() {
        assert_eq!(find(&Fastmap::default(), Use::Read, 0, 8), None);
    }
}
