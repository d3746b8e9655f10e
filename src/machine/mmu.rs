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

use smallvec::SmallVec;

use crate::base::ids::Frame;
use crate::base::units::{Ns, PAGE_SHIFT, PAGE_SIZE, Paddr, Vaddr};
use crate::machine::bus::Bus;
use crate::machine::clock;
use crate::machine::phys::Phys;
use crate::machine::pte::{self, Pte};
use crate::machine::tlb;
use crate::machine::trap::{CODE_I, CODE_P, CODE_U, CODE_W, Trap};
use crate::trace::event::{Bytes, Change, Note, What};
use crate::trace::value::{TLB_D, TLB_NX, TLB_U, TLB_W, TlbEntry, WalkResult};

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
    /// All entries down to one that names a page are there.
    Mapped {
        /// That one.
        step: Step,
        /// Its level: 1, or 2 or 3 for a large page.
        level: u8,
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
    /// The leaf entry of level 1, present or not, if the tables reach down to it.
    #[must_use]
    pub const fn leaf(&self) -> Option<Step> {
        match *self {
            Self::Mapped { step, level: 1, .. } | Self::Missing { step, level: 1 } => Some(step),
            Self::Mapped { .. } | Self::Missing { .. } => None,
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
    let Last { step, level, rights, .. } = descend(phys, top, address, |_| {});
    if step.pte.is_present() { Walk::Mapped { step, level, rights } } else { Walk::Missing { level, step } }
}

/// The entries that a walk reads, from level 4 on: down to one that names a page, or is not present.
#[must_use]
pub fn entries(phys: &Phys, top: Frame, address: Vaddr) -> SmallVec<[Step; 4]> {
    let mut entries = SmallVec::new();
    let _ = descend(phys, top, address, |step| entries.push(step));
    entries
}

/// The last entry that a walk read.
struct Last {
    step: Step,
    /// Its level.
    level: u8,
    /// What all levels together allow, as in [`Walk`].
    rights: u64,
    /// The bits that the entries of all levels have.
    common: u64,
}

/// Walks, and shows each entry. Inlined, so that nothing is kept that nobody wants.
#[inline(always)]
fn descend(phys: &Phys, top: Frame, address: Vaddr, mut show: impl FnMut(Step)) -> Last {
    let mut last = Last { step: Step::default(), level: 4, rights: pte::P | pte::W | pte::U, common: u64::MAX };
    let mut table = top;
    // A plain count, so that the compiler writes the four steps out.
    for depth in 0..4 {
        let level = 4 - depth;
        let mut step = Step { table, index: index_at(level, address.0), pte: Pte::NONE };
        step.pte = Pte(phys.read_u64(step.address()));
        show(step);
        (last.step, last.level) = (step, level);
        last.common &= step.pte.0;
        if !step.pte.is_present() {
            break;
        }
        last.rights = last.rights & (step.pte.0 | pte::NX) | step.pte.0 & pte::NX;
        if step.pte.is_leaf(level) {
            break;
        }
        table = step.pte.frame();
    }
    last
}

/// The frame of an address's page, by the leaf of a level that translates it: in a large page, one of many.
#[must_use]
pub fn frame_in(leaf: Pte, level: u8, address: Vaddr) -> Frame {
    let within = (1 << (9 * (u32::from(level) - 1))) - 1;
    Frame(leaf.frame().0 & !within | (address.0 >> PAGE_SHIFT) as u32 & within)
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
#[inline]
pub fn translate(bus: &mut Bus, address: Vaddr, access: Access, privilege: Privilege) -> Result<Frame, Fault> {
    match hit(bus, address, access, privilege) {
        Some(frame) => Ok(frame),
        None => miss(bus, address, access, privilege),
    }
}

/// What the TLB holds of an address, if it allows an access and knows that the page was written for one that writes.
#[inline]
pub fn hit(bus: &Bus, address: Vaddr, access: Access, privilege: Privilege) -> Option<Frame> {
    let cpu = bus.hw.cpu(bus.cpu);
    let entry = cpu.tlb.lookup(first_page(1, address.0), cpu.cr3.pcid)?;
    let allowed = allows(entry.flags, access, privilege) && (access != Access::Write || entry.flags & TLB_D != 0);
    (allowed && is_canonical(address.0)).then_some(entry.frame)
}

/// The same for what the TLB does not answer.
///
/// # Errors
///
/// As [`translate`].
#[inline(never)]
pub(super) fn miss(bus: &mut Bus, address: Vaddr, access: Access, privilege: Privilege) -> Result<Frame, Fault> {
    if !is_canonical(address.0) {
        return Err(Fault::NotCanonical { address: address.0 });
    }
    bus.stamp.time = Ns(bus.stamp.time.0 + clock::PAGE_WALK);
    let misses = match access {
        Access::Read => &mut bus.tlb_used.load_misses,
        Access::Write => &mut bus.tlb_used.store_misses,
        Access::Execute => &mut bus.tlb_used.fetch_misses,
    };
    *misses += 1;
    fill(bus, address, access, privilege)
}

/// Walks, sets A and D, and puts the translation in the TLB.
fn fill(bus: &mut Bus, address: Vaddr, access: Access, privilege: Privilege) -> Result<Frame, Fault> {
    let top = bus.hw.cpu(bus.cpu).cr3.table;
    let Last { step, level, rights, common } = descend(&bus.hw.phys, top, address, |_| {});
    let leaf = step.pte;
    let result = if !leaf.is_present() {
        WalkResult::Missing(level)
    } else if allows(tlb_flags(rights), access, privilege) {
        WalkResult::Filled
    } else {
        WalkResult::Refused
    };
    let code = code_of(access, privilege);
    if bus.recorder.is_on() {
        tell(bus, address, code, result);
    } else {
        bus.recorder.pass_over();
    }
    if result != WalkResult::Filled {
        replace(bus, address, None);
        let present = if leaf.is_present() { CODE_P } else { 0 };
        return Err(Fault::Page { address: address.0, code: code | present });
    }
    let wanted = if access == Access::Write { pte::A | pte::D } else { pte::A };
    if !Pte(common).has(pte::A) || !leaf.has(wanted) {
        mark(bus, address, wanted);
    }
    let dirty = leaf.has(pte::D) || access == Access::Write;
    let flags = tlb_flags(rights) | if dirty { TLB_D } else { 0 };
    let frame = frame_in(leaf, level, address);
    replace(bus, address, Some((frame, flags)));
    Ok(frame)
}

/// Notes a walk, with the entries as it has read them.
#[cold]
fn tell(bus: &mut Bus, address: Vaddr, code: u8, result: WalkResult) {
    let table = bus.hw.cpu(bus.cpu).cr3.table;
    let entries = entries(&bus.hw.phys, table, address);
    let bytes: SmallVec<[u8; 4 * 8]> = entries.iter().flat_map(|step| step.pte.0.to_le_bytes()).collect();
    let words: Bytes = bus.recorder.keep(&bytes);
    let note = Note::Walk { address: address.0, table, code, words, result };
    bus.recorder.record(bus.stamp, What::Note(note));
}

/// Sets A on all levels of an address, and what else is wanted on the leaf.
fn mark(bus: &mut Bus, address: Vaddr, wanted: u64) {
    let top = bus.hw.cpu(bus.cpu).cr3.table;
    let entries = entries(&bus.hw.phys, top, address);
    for (depth, &step) in entries.iter().enumerate() {
        let is_leaf = depth + 1 == entries.len();
        set_bits(bus, address, step, 4 - depth as u8, if is_leaf { wanted } else { pte::A });
    }
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
        None => return,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::machine::exec::rig::Rig;
    use crate::trace::recorder::Recording;
    use crate::trace::value::TlbUse;

    /// Pages that share tables at every level, and one of the upper half.
    const PAGES: [u64; 8] = [0, 1, 511, 512, 1 << 18, 1 << 27, (1 << 35) - 1, 1 << 35];

    fn address_of(page: u64) -> u64 {
        ((page << 28) as i64 >> 16) as u64
    }

    fn access() -> impl Strategy<Value = (usize, Access, Privilege)> {
        let access = proptest::sample::select(&[Access::Read, Access::Write, Access::Execute]);
        (0..PAGES.len(), access, proptest::sample::select(&[Privilege::User, Privilege::Kernel]))
    }

    /// What an access to a page with such a leaf entry must yield.
    fn expected(leaf: Option<u64>, address: u64, access: Access, privilege: Privilege) -> Result<(), Fault> {
        let asked = if access == Access::Write { CODE_W } else { 0 }
            | if access == Access::Execute { CODE_I } else { 0 }
            | if privilege == Privilege::User { CODE_U } else { 0 };
        let Some(leaf) = leaf else { return Err(Fault::Page { address, code: asked }) };
        let refused = access == Access::Write && leaf & pte::W == 0
            || access == Access::Execute && leaf & pte::NX != 0
            || privilege == Privilege::User && leaf & pte::U == 0;
        if refused { Err(Fault::Page { address, code: asked | CODE_P }) } else { Ok(()) }
    }

    proptest! {
        #[test]
        fn translate_agrees_with_a_plain_map(
            leaves in proptest::collection::vec(proptest::option::of(0..8_u64), PAGES.len()),
            accesses in proptest::collection::vec(access(), 1..60),
        ) {
            let mut rig = Rig::new(256, Recording::State);
            let mut model = BTreeMap::new();
            for (&page, leaf) in PAGES.iter().zip(&leaves) {
                if let Some(bits) = leaf {
                    let flags = (bits & 3) << 1 | bits >> 2 << 63;
                    let _ = model.insert(page, (rig.map(address_of(page), flags), flags));
                }
            }
            let mut dirty = [false; PAGES.len()];
            for (i, access, privilege) in accesses {
                let (page, address) = (PAGES[i], address_of(PAGES[i]) + 5);
                let known = model.get(&page).copied();
                let wanted = expected(known.map(|(_, flags)| flags), address, access, privilege);
                let found = translate(&mut rig.bus(), Vaddr(address), access, privilege);
                prop_assert_eq!(found.map(|_| ()), wanted);
                let Ok(frame) = found else { continue };
                prop_assert_eq!(Some(frame), known.map(|(frame, _)| frame));
                dirty[i] |= access == Access::Write;
                let steps = entries(&rig.hw.phys, Frame(1), Vaddr(address));
                prop_assert!(steps.iter().all(|step| step.pte.has(pte::A)));
                prop_assert_eq!(steps[3].pte.has(pte::D), dirty[i]);
                let events = rig.recorder.seq();
                prop_assert_eq!(translate(&mut rig.bus(), Vaddr(address), access, privilege), Ok(frame));
                prop_assert_eq!(rig.recorder.seq(), events, "a hit is silent");
            }
        }
    }

    #[test]
    fn rights_combine_over_the_levels() {
        let mut rig = Rig::new(64, Recording::Off);
        let _ = rig.map(0x1000, pte::U | pte::W);
        let steps = entries(&rig.hw.phys, Frame(1), Vaddr(0x1000));
        for (step, level) in steps.iter().zip(["4", "3", "2", "1"]) {
            for (bits, access, code) in [
                (step.pte.without(pte::W), Access::Write, CODE_W),
                (step.pte.without(pte::U), Access::Read, 0),
                (step.pte.with(pte::NX), Access::Execute, CODE_I),
            ] {
                rig.hw.phys.write_u64(step.address(), bits.0);
                let found = translate(&mut rig.bus(), Vaddr(0x1000), access, Privilege::User);
                let code = code | CODE_P | CODE_U;
                assert_eq!(found, Err(Fault::Page { address: 0x1000, code }), "level {level}");
                rig.hw.phys.write_u64(step.address(), step.pte.0);
            }
        }
    }

    #[test]
    fn large_leaves_translate_all_their_pages() {
        for (level, pages) in [(2, 512), (3, 512 * 512)] {
            let mut rig = Rig::new(64, Recording::State);
            let _ = rig.map(0x4000_0000, pte::U | pte::W);
            let steps = entries(&rig.hw.phys, Frame(1), Vaddr(0x4000_0000));
            let first = Frame(3 * pages);
            let leaf = steps[4 - usize::from(level)];
            rig.hw.phys.write_u64(leaf.address(), Pte::leaf(first, pte::U | pte::PS).0);
            for page in [0, 1, pages - 1] {
                let address = Vaddr(0x4000_0000 + u64::from(page) * PAGE_SIZE + 5);
                let found = translate(&mut rig.bus(), address, Access::Read, Privilege::User);
                assert_eq!(found, Ok(Frame(first.0 + page)), "level {level}");
                let code = CODE_P | CODE_W | CODE_U;
                let found = translate(&mut rig.bus(), address, Access::Write, Privilege::User);
                assert_eq!(found, Err(Fault::Page { address: address.0, code }), "level {level}");
            }
            let Walk::Mapped { step, level: found, .. } = walk(&rig.hw.phys, Frame(1), Vaddr(0x4000_0000)) else {
                panic!("not mapped")
            };
            assert_eq!((found, step.pte.flags()), (level, "P U A PS".to_owned()));
        }
    }

    #[test]
    fn a_walk_is_counted_whether_it_is_recorded_or_not() {
        let numbers = [Recording::Off, Recording::State, Recording::All].map(|recording| {
            let mut rig = Rig::new(64, recording);
            let _ = rig.map(0x1000, pte::U);
            let mut bus = rig.bus();
            for (address, access) in [(0x1000, Access::Read), (0x1000, Access::Write), (0x2000, Access::Execute)] {
                let _ = translate(&mut bus, Vaddr(address), access, Privilege::User);
            }
            (bus.tlb_used, bus.recorder.seq())
        });
        assert_eq!(numbers[0], (TlbUse { load_misses: 1, store_misses: 1, fetch_misses: 1, ..TlbUse::default() }, 6));
        assert!(numbers.iter().all(|counted| *counted == numbers[0]), "{numbers:?}");
    }

    #[test]
    fn addresses_that_are_not_canonical_are_told_apart() {
        let mut rig = Rig::new(8, Recording::Off);
        for address in [1 << 47, u64::MAX >> 1, 1 << 63, 0xffff_7fff_ffff_ffff] {
            let found = translate(&mut rig.bus(), Vaddr(address), Access::Read, Privilege::User);
            assert_eq!(found, Err(Fault::NotCanonical { address }));
        }
        for address in [(1 << 47) - 1, 0xffff_8000_0000_0000, u64::MAX] {
            let found = translate(&mut rig.bus(), Vaddr(address), Access::Read, Privilege::User);
            assert_eq!(found, Err(Fault::Page { address, code: CODE_U }));
        }
    }

    #[test]
    fn a_stale_entry_serves_until_it_is_flushed() {
        let mut rig = Rig::new(64, Recording::Off);
        let frame = rig.map(0x1000, pte::U);
        let mut bus = rig.bus();
        let read = |bus: &mut Bus| translate(bus, Vaddr(0x1000), Access::Read, Privilege::User);
        assert_eq!(read(&mut bus), Ok(frame));
        let Walk::Mapped { step, .. } = walk(&bus.hw.phys, Frame(1), Vaddr(0x1000)) else { panic!("not mapped") };
        bus.hw.phys.write_u64(step.address(), 0);
        bus.flush_page(1, 2);
        bus.flush_pcid(2);
        assert_eq!(read(&mut bus), Ok(frame));
        bus.flush_page(1, 1);
        assert_eq!(read(&mut bus), Err(Fault::Page { address: 0x1000, code: CODE_U }));
        assert_eq!(bus.hw.cpus[0].tlb.valid().count(), 0);
    }
}
