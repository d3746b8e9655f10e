//! The processor: mode, CR3, the TLB, and what page walks come to.

use crate::base::ids::Frame;

/// The processor's privilege: ring 3 or ring 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Mode {
    /// Ring 0.
    #[default]
    Kernel,
    /// Ring 3.
    User,
}

/// What CR3 holds: the frame of the top table, and the PCID that tags TLB entries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cr3 {
    /// The frame of the top table (PML4); frame 0 is the kernel's own table, which maps no user page.
    pub table: Frame,
    /// Process-context identifier, 1 to 4095; 0 for the kernel's own table.
    pub pcid: u16,
}

/// What a page walk comes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WalkResult {
    /// The TLB holds the translation now; the entries on the way have A set, the leaf has D too if it was a write.
    Filled,
    /// The entry of this level (4 to 1) is not present: a page fault.
    Missing(u8),
    /// All entries are present and do not allow the access: a page fault.
    Refused,
}

/// How often the TLB was asked for data from one entry of user mode to the next trap, and what it did not hold.
///
/// Each instruction that loads or stores asks once, each call, return and entry once for the window on the stack, as a
/// store; an access that reaches over the end of a page asks twice. One that faults is done again and asks again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TlbUse {
    /// Loads (`dTLB-loads` of perf).
    pub loads: u32,
    /// Loads that had to walk (`dTLB-load-misses`).
    pub load_misses: u32,
    /// Stores (`dTLB-stores`).
    pub stores: u32,
    /// Stores that had to walk, also those that walked to set D (`dTLB-store-misses`).
    pub store_misses: u32,
    /// Walks for instructions (`iTLB-load-misses`).
    pub fetch_misses: u32,
}

/// An entry of the TLB; the default one is invalid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TlbEntry {
    /// Virtual page number (36 bits) in bits 0..36, PCID in bits 36..48, bit 63 valid.
    pub tag: u64,
    /// The frame.
    pub frame: Frame,
    /// `TLB_W` and its kin.
    pub flags: u8,
}

/// The page may be written (all levels agree).
pub const TLB_W: u8 = 1;
/// The page may be touched in user mode.
pub const TLB_U: u8 = 2;
/// The dirty bit of the PTE is set: a write needs no walk.
pub const TLB_D: u8 = 4;
/// The page may not be executed.
pub const TLB_NX: u8 = 8;

impl TlbEntry {
    /// The tag of a page in an address space.
    #[must_use]
    pub const fn tag_of(vpn: u64, pcid: u16) -> u64 {
        1 << 63 | (pcid as u64) << 36 | vpn
    }

    /// Whether it holds a translation.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.tag >> 63 == 1
    }

    /// The virtual page number.
    #[must_use]
    pub const fn vpn(self) -> u64 {
        self.tag & ((1 << 36) - 1)
    }

    /// The address space.
    #[must_use]
    pub const fn pcid(self) -> u16 {
        (self.tag >> 36 & 0xfff) as u16
    }
}
