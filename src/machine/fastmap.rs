//! The fastmap: host pointers to the pages that the running address space may touch at this moment.
//!
//! It is the executor's and no part of the machine: never cloned with it, hashed, compared or traced. What it allows is
//! always a subset of what the TLB allows, so that a hit here is a hit there, and hits are silent. Both have the same
//! number of entries, and in one address space the same pages collide in both: whatever pushes an entry out of the
//! TLB pushes it out of here.

#![expect(unsafe_code, reason = "lookups are on the path of each load and store")]

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

/// Host pointers of the running address space.
#[derive(Debug)]
pub struct Fastmap {
    epoch: u64,
    entries: Box<[[Entry; SLOTS]; 3]>,
}

impl Default for Fastmap {
    fn default() -> Self {
        Self { epoch: EPOCH_STEP, entries: Box::new([[EMPTY; SLOTS]; 3]) }
    }
}

impl Fastmap {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.epoch += EPOCH_STEP;
        if self.epoch == PAGE_SIZE {
            *self.entries = [[EMPTY; SLOTS]; 3];
            self.epoch = EPOCH_STEP;
        }
    }

    /// Where the `size` bytes (1, 2, 4 or 8) at an address lie, if its page is known for that use and the address is
    /// a multiple of the size; else null.
    #[inline(always)]
    pub(super) fn lookup(&self, usage: Use, address: u64, size: u64) -> *mut u8 {
        // SAFETY: the index is below 1,024.
        let entry = unsafe { self.entries[usage as usize].get_unchecked((address >> 12) as usize & (SLOTS - 1)) };
        if (address & (!(PAGE_SIZE - 1) | (size - 1)) | self.epoch) == entry.tag {
            entry.base.wrapping_add(address as usize)
        } else {
            std::ptr::null_mut()
        }
    }

    /// Notes where the page of an address lies, for one use.
    pub(super) fn insert(&mut self, usage: Use, address: u64, host: *mut u8) {
        let page = address & !(PAGE_SIZE - 1);
        let base = host.wrapping_sub(page as usize);
        self.entries[usage as usize][slot(address)] = Entry { tag: page | self.epoch, base };
    }

    /// Forgets whatever shares its place with a page: the TLB is about to replace the entry there.
    pub(super) fn evict(&mut self, address: u64) {
        for entries in self.entries.iter_mut() {
            entries[slot(address)] = EMPTY;
        }
    }
}

fn slot(address: u64) -> usize {
    (address >> 12) as usize & (SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_until_cleared_or_evicted() {
        let mut map = Fastmap::default();
        let mut page = [0_u8; 4096];
        let host = page.as_mut_ptr();
        map.insert(Use::Read, 0x7000, host);
        assert_eq!(map.lookup(Use::Read, 0x7018, 8), host.wrapping_add(0x18));
        assert_eq!(map.lookup(Use::Read, 0x7fff, 1), host.wrapping_add(0xfff));
        for (usage, address, size) in
            [(Use::Write, 0x7018, 8), (Use::Read, 0x7019, 8), (Use::Read, 0x8000, 1), (Use::Read, 1 << 63 | 0x7000, 8)]
        {
            assert!(map.lookup(usage, address, size).is_null());
        }
        map.evict(0x7000 + 4096 * 1024);
        assert!(map.lookup(Use::Read, 0x7018, 8).is_null());
        for _ in 0..2000 {
            map.insert(Use::Read, 0x7000, host);
            map.clear();
            assert!(map.lookup(Use::Read, 0x7018, 8).is_null());
        }
    }

    #[test]
    fn the_null_page_is_not_found_in_an_empty_map() {
        assert!(Fastmap::default().lookup(Use::Read, 0, 8).is_null());
    }
}
