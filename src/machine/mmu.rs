//! The memory management unit: from a virtual address to a frame, through the TLB and four levels of tables.
//!
//! ```text
//!  63       48 47      39 38      30 29      21 20      12 11         0
//! +-----------+----------+----------+----------+----------+------------+
//! | as bit 47 | level 4  | level 3  | level 2  | level 1  |   offset   |
//! +-----------+----------+----------+----------+----------+------------+
//! ```
//!
//! Intel SDM vol. 3, 4.5: each level's nine bits choose one of the 512 entries of a table. CR3 names the table of
//! level 4.

use crate::base::ids::Frame;
use crate::base::units::{Ns, PAGE_SHIFT, PAGE_SIZE, Paddr, Vaddr};
use crate::machine::bus::Bus;
use crate::machine::clock;
use crate::machine::phys::Phys;
use crate::machine::pte::{self, Pte};
use crate::machine::tlb;
use crate::machine::trap::{CODE_I, CODE_P, CODE_U, CODE_W, Trap};
use crate::trace::event::Change;
use crate::trace::value::{TLB_D, TLB_NX, TLB_U, TLB_W, TlbEntry};

/// What is done to a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// A load.
    Read,
    /// A store.
    Write,
    /// The fetch of an instruction.
    Execute,
}

/// Whose rights count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Privilege {
    /// User code, or the kernel on its behalf (`copy_to_user`).
    User,
    /// The kernel itself. It may not write to read-only pages either (CR0.WP is set).
    Kernel,
}

/// Why an access is not possible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The page is not there or does not allow it.
    Page {
        /// The address (CR2).
        address: u64,
        /// `CODE_P` and its kin.
        code: u8,
    },
    /// The address is not canonical: bits 63 to 47 differ.
    NotCanonical {
        /// The address.
        address: u64,
    },
}

impl From<Fault> for Trap {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Page { address, code } => Self::PageFault { address, code },
            Fault::NotCanonical { address } => Self::GeneralProtection { address },
        }
    }
}

/// An entry that a walk came through, and where it lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Step {
    /// The table's frame.
    pub table: Frame,
    /// Which of its 512 words.
    pub index: u16,
    /// The word.
    pub pte: Pte,
}

impl Step {
    /// The physical address of the entry.
    #[must_use]
    pub const fn address(&self) -> Paddr {
        Paddr(((self.table.0 as u64) << PAGE_SHIFT) | (8 * self.index as u64))
    }
}

/// What a walk found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Walk {
    /// All four levels are there.
    Mapped {
        /// The entries of levels 4, 3, 2 and 1.
        steps: [Step; 4],
        /// What all levels together allow: `P` with `W`, `U` and `NX` as they combine.
        rights: u64,
    },
    /// An entry is not present.
    Missing {
        /// Its level, 4 to 1.
        level: u8,
        /// The entry, which may hold the kernel's own bits.
        step: Step,
    },
}

impl Walk {
    /// The leaf entry, present or not, if the tables reach down to it.
    #[must_use]
    pub const fn leaf(&self) -> Option<Step> {
        match *self {
            Self::Mapped { steps, .. } => Some(steps[3]),
            Self::Missing { level: 1, step } => Some(step),
            Self::Missing { .. } => None,
        }
    }
}

/// Whether bits 63 to 47 are equal.
#[must_use]
pub const fn is_canonical(address: u64) -> bool {
    (address << 16) as i64 >> 16 == address as i64
}

/// Which entry of a table of a level (4 to 1) an address chooses.
#[must_use]
pub const fn index_at(level: u8, address: u64) -> u16 {
    (address >> (PAGE_SHIFT + 9 * (level as u32 - 1)) & 511) as u16
}

/// The first page that the entry of a level (4 to 1) on the way to an address translates.
#[must_use]
pub const fn first_page(level: u8, address: u64) -> u64 {
    (address >> PAGE_SHIFT & ((1 << 36) - 1)) >> (9 * (level as u32 - 1)) << (9 * (level as u32 - 1))
}

/// Looks an address up in the tables and changes nothing.
#[must_use]
pub fn walk(phys: &Phys, top: Frame, address: Vaddr) -> Walk {
    let mut steps = [Step::default(); 4];
    let mut rights = pte::P | pte::W | pte::U;
    let mut table = top;
    for level in (1..=4_u8).rev() {
        let index = index_at(level, address.0);
        let mut step = Step { table, index, pte: Pte::NONE };
        step.pte = Pte(phys.read_u64(step.address()));
        if !step.pte.is_present() {
            return Walk::Missing { level, step };
        }
        rights = rights & (step.pte.0 | pte::NX) | step.pte.0 & pte::NX;
        table = step.pte.frame();
        steps[4 - usize::from(level)] = step;
    }
    Walk::Mapped { steps, rights }
}

/// The frame of the page at an address, for an access that the tables allow.
///
/// A hit in the TLB is silent. A miss walks, sets A on each level and D on the leaf for a write, and fills the TLB, all
/// as changes; so does a write through an entry whose D is clear. An access that is not allowed changes nothing but the
/// TLB, whose entry for the page goes, as on the processor (Intel SDM vol. 3, 4.10.4.1).
///
/// # Errors
///
/// [`Fault::Page`] with its error code, or [`Fault::NotCanonical`].
pub fn translate(bus: &mut Bus, address: Vaddr, access: Access, privilege: Privilege) -> Result<Frame, Fault> {
    if !is_canonical(address.0) {
        return Err(Fault::NotCanonical { address: address.0 });
    }
    let cpu = bus.hw.cpu(bus.cpu);
    let (vpn, pcid) = (first_page(1, address.0), cpu.cr3.pcid);
    if let Some(entry) = cpu.tlb.lookup(vpn, pcid)
        && allows(entry.flags, access, privilege)
        && (access != Access::Write || entry.flags & TLB_D != 0)
    {
        return Ok(entry.frame);
    }
    bus.stamp.time = Ns(bus.stamp.time.0 + clock::PAGE_WALK);
    fill(bus, address, access, privilege)
}

/// Walks, sets A and D, and puts the translation in the TLB.
fn fill(bus: &mut Bus, address: Vaddr, access: Access, privilege: Privilege) -> Result<Frame, Fault> {
    let code = code_of(access, privilege);
    let top = bus.hw.cpu(bus.cpu).cr3.table;
    let Walk::Mapped { steps, rights } = walk(&bus.hw.phys, top, address) else {
        replace(bus, address, None);
        return Err(Fault::Page { address: address.0, code });
    };
    if !allows(tlb_flags(rights), access, privilege) {
        replace(bus, address, None);
        return Err(Fault::Page { address: address.0, code: code | CODE_P });
    }
    for (step, level) in steps.iter().zip((1..=4_u8).rev()) {
        let wanted = if level == 1 && access == Access::Write { pte::A | pte::D } else { pte::A };
        set_bits(bus, address, *step, level, wanted);
    }
    let leaf = steps[3].pte;
    let dirty = access == Access::Write || leaf.has(pte::D);
    let flags = tlb_flags(rights) | if dirty { TLB_D } else { 0 };
    replace(bus, address, Some((leaf.frame(), flags)));
    Ok(leaf.frame())
}

/// Sets accessed and dirty bits of an entry, as a change if any was clear.
fn set_bits(bus: &mut Bus, address: Vaddr, step: Step, level: u8, bits: u64) {
    let (from, to) = (step.pte.0, step.pte.with(bits).0);
    if from != to {
        let Step { table, index, .. } = step;
        let page = first_page(level, address.0);
        bus.commit(Change::Pte { table, index, level, mm: bus.mm, page, from, to });
    }
}

/// Puts a translation in the TLB in place of what was there; `None` drops the page's own entry only.
fn replace(bus: &mut Bus, address: Vaddr, translation: Option<(Frame, u8)>) {
    let cpu = bus.hw.cpu(bus.cpu);
    let (vpn, pcid) = (first_page(1, address.0), cpu.cr3.pcid);
    let index = tlb::index_of(vpn, pcid);
    let from = cpu.tlb.entry(index);
    let tag = TlbEntry::tag_of(vpn, pcid);
    let to = match translation {
        Some((frame, flags)) => TlbEntry { tag, frame, flags },
        None if from.tag == tag => TlbEntry::default(),
        None => from,
    };
    if from != to {
        bus.fastmap.evict(address.0);
        bus.commit(Change::Tlb { cpu: bus.cpu, index, from, to });
    }
}

const fn tlb_flags(rights: u64) -> u8 {
    let pte = Pte(rights);
    (if pte.has(pte::W) { TLB_W } else { 0 })
        | (if pte.has(pte::U) { TLB_U } else { 0 })
        | (if pte.has(pte::NX) { TLB_NX } else { 0 })
}

/// Whether rights as the TLB keeps them allow an access.
fn allows(flags: u8, access: Access, privilege: Privilege) -> bool {
    let may = match access {
        Access::Read => true,
        Access::Write => flags & TLB_W != 0,
        Access::Execute => flags & TLB_NX == 0,
    };
    may && (privilege == Privilege::Kernel || flags & TLB_U != 0)
}

const fn code_of(access: Access, privilege: Privilege) -> u8 {
    let user = match privilege {
        Privilege::User => CODE_U,
        Privilege::Kernel => 0,
    };
    match access {
        Access::Read => user,
        Access::Write => user | CODE_W,
        Access::Execute => user | CODE_I,
    }
}

const _: () = assert!(PAGE_SIZE == 512 * 8, "a table fills a page");
