//! The TLB: 1,024 translations, direct-mapped, tagged with the address space.

use crate::trace::value::TlbEntry;

/// How many entries it has.
pub const ENTRIES: u16 = 1024;
/// Bits of a tag below the PCID: the virtual page number.
const VPN_BITS: u32 = 36;

/// A processor's cache of translations.
// Linux: the hardware has set-associative levels, apart for instructions and data. Here: one direct-mapped level,
// because which entry goes is then no choice, and is seen from the address.
#[derive(Clone, PartialEq, Eq)]
pub struct Tlb {
    entries: Box<[TlbEntry; ENTRIES as usize]>,
}

impl Tlb {
    /// An entry, valid or not; `index` is below [`ENTRIES`].
    #[must_use]
    #[inline]
    pub fn entry(&self, index: u16) -> TlbEntry {
        self.entries[usize::from(index)]
    }

    /// Replaces an entry. Only [`Hardware::apply`](crate::machine::Hardware::apply) calls this.
    pub(super) fn set(&mut self, index: u16, entry: TlbEntry) {
        self.entries[usize::from(index)] = entry;
    }

    /// The translation of a page in an address space, if it is held.
    #[must_use]
    #[inline]
    pub fn lookup(&self, vpn: u64, pcid: u16) -> Option<TlbEntry> {
        let entry = self.entry(index_of(vpn, pcid));
        (entry.tag == TlbEntry::tag_of(vpn, pcid)).then_some(entry)
    }

    /// The valid entries of an address space with their places.
    pub fn of(&self, pcid: u16) -> impl Iterator<Item = (u16, TlbEntry)> + '_ {
        let tag = TlbEntry::tag_of(0, pcid) >> VPN_BITS;
        (0..ENTRIES)
            .zip(self.entries.iter())
            .filter(move |(_, entry)| entry.tag >> VPN_BITS == tag)
            .map(|(index, &entry)| (index, entry))
    }

    /// The valid entries with their places.
    pub fn valid(&self) -> impl Iterator<Item = (u16, TlbEntry)> + '_ {
        (0..ENTRIES).zip(self.entries.iter().copied()).filter(|(_, entry)| entry.is_valid())
    }
}

impl Default for Tlb {
    fn default() -> Self {
        Self { entries: Box::new([TlbEntry::default(); ENTRIES as usize]) }
    }
}

impl std::fmt::Debug for Tlb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.valid()).finish()
    }
}

/// Where the translation of a page is kept: the low ten bits of the page number, shifted by the PCID.
///
/// All processes have their text and stack at the same addresses. Without the PCID parent and child would push out
/// each other's entries at each switch, as if there were no PCIDs. 157 is odd, so that 1,024 address spaces get as many
/// shifts, and far enough from 0 and 1,024 that the few pages of small programs do not touch.
#[must_use]
pub const fn index_of(vpn: u64, pcid: u16) -> u16 {
    (vpn.wrapping_add(pcid as u64 * 157) & (ENTRIES as u64 - 1)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::Frame;

    #[test]
    fn an_entry_is_found_by_its_own_page_and_space_only() {
        let mut tlb = Tlb::default();
        let before = tlb.clone();
        let entry = TlbEntry { tag: TlbEntry::tag_of(0x400, 3), frame: Frame(7), flags: 1 };
        tlb.set(index_of(0x400, 3), entry);
        assert_eq!(tlb.lookup(0x400, 3), Some(entry));
        assert_eq!(tlb.lookup(0x400, 4), None);
        assert_eq!(tlb.lookup(0x401, 3), None);
        assert_eq!(tlb.lookup(0x400 + u64::from(ENTRIES), 3), None);
        assert_eq!(before.valid().count(), 0);
        assert_eq!(tlb.valid().count(), 1);
    }

    #[test]
    fn one_space_uses_all_entries() {
        let mut seen = [false; ENTRIES as usize];
        for vpn in 0x7_ffff_0000..0x7_ffff_0000 + u64::from(ENTRIES) {
            seen[usize::from(index_of(vpn, 9))] = true;
        }
        assert!(seen.iter().all(|&seen| seen));
    }
}
