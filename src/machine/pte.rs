//! The page table entry: one word of a table, as the processor reads it.
//!
//! # An entry that is present (Intel SDM vol. 3, table 4-19 and 4-20, 4-level paging)
//!
//! ```text
//!  63  62      52 51                            12 11     9 8   7   6   5   4   3   2   1   0
//! +---+----------+--------------------------------+--------+---+---+---+---+---+---+---+---+---+
//! | NX| ignored  |          frame                 | ignored| G | PS| D | A |PCD|PWT| U | W | P |
//! +---+----------+--------------------------------+--------+---+---+---+---+---+---+---+---+---+
//! ```
//!
//! P present, W writable, U user mode may touch it, A accessed, D dirty (leaf only), NX may not be executed. W and U
//! count only if all levels set them, NX if any does. Bit 7 is PS at level 3 and 2: the entry names a page of 1 GiB or
//! 2 MiB and not a table. G global: a change of CR3 leaves the translation in the TLB; only the kernel's own pages have
//! it. PAT, PCD and PWT are always 0 here.
//!
//! # An entry that is not present
//!
//! The processor looks at bit 0 only; the other 63 are the kernel's own. All zeros: nothing is there. Else the page is on
//! the swap device, in Linux's form (`arch/x86/include/asm/pgtable_64.h`):
//!
//! ```text
//!  63     59 58                                  9 8       4   3   2       0
//! +---------+------------------------------------+----------+---+----------+
//! | device  | complement of the slot             |    0     | E |    0     |
//! +---------+------------------------------------+----------+---+----------+
//! ```
//!
//! E exclusive: no other entry names the slot. The complement makes a frame that a leaky processor could see through the
//! entry one that does not exist (L1TF). The one swap device is number 0.

use std::fmt;

use crate::base::ids::{Frame, Slot};
use crate::base::units::PAGE_SHIFT;

/// An entry of a page table, of any level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pte(pub u64);

/// Present.
pub const P: u64 = 1;
/// Writable.
pub const W: u64 = 1 << 1;
/// User mode may touch it.
pub const U: u64 = 1 << 2;
/// Accessed: set by the processor when it walks through the entry.
pub const A: u64 = 1 << 5;
/// Dirty: set by the processor when the page is written.
pub const D: u64 = 1 << 6;
/// In an entry of level 3 or 2: it names a page of 1 GiB or 2 MiB, and no table.
pub const PS: u64 = 1 << 7;
/// Global: the page is the same in all address spaces.
pub const G: u64 = 1 << 8;
/// In an entry that names a slot of the swap device: no other entry does (`_PAGE_SWP_EXCLUSIVE`).
pub const E: u64 = 1 << 3;
const SLOT_SHIFT: u32 = 9;
const SLOT_MASK: u64 = (1 << 50) - 1;
/// Not executable.
pub const NX: u64 = 1 << 63;
/// The bits of the frame.
pub const FRAME_MASK: u64 = 0x000f_ffff_ffff_f000;

impl Pte {
    /// The empty entry.
    pub const NONE: Self = Self(0);

    /// An entry that names a page's frame, with flags from [`W`], [`U`], [`A`], [`D`] and [`NX`]; it is present.
    #[must_use]
    pub const fn leaf(frame: Frame, flags: u64) -> Self {
        Self((frame.0 as u64) << PAGE_SHIFT | flags | P)
    }

    /// An entry of level 4, 3 or 2 that names a table: all rights, the leaf decides; A and D are set from the start, as
    /// nobody asks for them (Linux's `_PAGE_TABLE`).
    #[must_use]
    pub const fn table(frame: Frame) -> Self {
        Self((frame.0 as u64) << PAGE_SHIFT | P | W | U | A | D)
    }

    /// An entry that names a slot of the swap device; `exclusive` if it is the only one.
    #[must_use]
    pub const fn swap(slot: Slot, exclusive: bool) -> Self {
        let complement = !(slot.0 as u64) & SLOT_MASK;
        Self(complement << SLOT_SHIFT | if exclusive { E } else { 0 })
    }

    /// The slot of the swap device that it names, if it is present nowhere else.
    #[must_use]
    pub const fn slot(self) -> Option<Slot> {
        if self.is_present() || self.is_none() {
            return None;
        }
        Some(Slot((!(self.0 >> SLOT_SHIFT) & SLOT_MASK) as u32))
    }

    /// The frame of the page or of the next table.
    #[must_use]
    pub const fn frame(self) -> Frame {
        Frame(((self.0 & FRAME_MASK) >> PAGE_SHIFT) as u32)
    }

    /// Whether all these bits are set.
    #[must_use]
    pub const fn has(self, bits: u64) -> bool {
        self.0 & bits == bits
    }

    /// The same entry with bits set.
    #[must_use]
    pub const fn with(self, bits: u64) -> Self {
        Self(self.0 | bits)
    }

    /// The same entry with bits cleared.
    #[must_use]
    pub const fn without(self, bits: u64) -> Self {
        Self(self.0 & !bits)
    }

    /// Whether the processor may use it.
    #[must_use]
    pub const fn is_present(self) -> bool {
        self.has(P)
    }

    /// Whether nothing is there, not even a swapped page.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether an entry of this level (4 to 1) that is present names a page and not a table.
    #[must_use]
    pub const fn is_leaf(self, level: u8) -> bool {
        level == 1 || level < 4 && self.has(PS)
    }

    /// Its flags as text: `P W U A D PS G NX`, `-` if there is none.
    #[must_use]
    pub fn flags(self) -> String {
        let names = [(P, "P"), (W, "W"), (U, "U"), (A, "A"), (D, "D"), (PS, "PS"), (G, "G"), (NX, "NX")];
        let set: Vec<&str> = names.iter().filter(|&&(bit, _)| self.has(bit)).map(|&(_, name)| name).collect();
        if set.is_empty() { "-".to_owned() } else { set.join(" ") }
    }
}

impl fmt::Debug for Pte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pte:{:#x}({})", self.0, self.flags())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_keeps_its_frame_whatever_its_flags() {
        let pte = Pte::leaf(Frame(0x12345), W | U | NX);
        assert_eq!(pte.0, 0x8000_0000_1234_5007);
        assert_eq!(pte.with(A | D).frame(), Frame(0x12345));
        assert_eq!(pte.with(A | D).flags(), "P W U A D NX");
        assert_eq!(pte.with(A).without(W | NX).flags(), "P U A");
        assert_eq!(Pte::table(Frame(2)).0, 0x2067);
        assert_eq!(Pte::NONE.flags(), "-");
        assert!(Pte::NONE.is_none() && !Pte::NONE.is_present());
    }
}
