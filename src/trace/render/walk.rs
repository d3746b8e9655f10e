//! A page walk in words: how the address splits, and the entry of each level with its bits.

use crate::base::ids::Frame;
use crate::base::units::PAGE_SHIFT;
use crate::trace::value::WalkResult;

/// Bits of an entry (Intel SDM vol. 3, table 4-19), in the order in which they are named.
const BITS: [(u64, &str); 7] =
    [(PRESENT, "P"), (WRITE, "W"), (USER, "U"), (PAGE_SIZE, "PS"), (NX, "NX"), (ACCESSED, "A"), (DIRTY, "D")];
const PRESENT: u64 = 1;
const WRITE: u64 = 1 << 1;
const USER: u64 = 1 << 2;
const ACCESSED: u64 = 1 << 5;
const DIRTY: u64 = 1 << 6;
/// In an entry of level 3 or 2: it names a page of 1 GiB or 2 MiB, not a table. In one of level 1 the bit is PAT.
const PAGE_SIZE: u64 = 1 << 7;
const NX: u64 = 1 << 63;
const FRAME_MASK: u64 = 0x000f_ffff_ffff_f000;
/// Linux's names of the entries of level 4, 3, 2 and 1.
const NAMES: [&str; 4] = ["pgd", "pud", "pmd", "pte"];
/// Error code: the access was a write, or the fetch of an instruction (Intel SDM vol. 3, 4.7).
const CODE_WRITE: u8 = 2;
const CODE_FETCH: u8 = 16;

/// A walk as it was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Walk<'a> {
    /// The address that was touched.
    pub address: u64,
    /// The frame of the table of level 4.
    pub table: Frame,
    /// What the access was.
    pub code: u8,
    /// The entries, eight bytes each.
    pub words: &'a [u8],
    /// What came of it.
    pub result: WalkResult,
}

/// An entry that the walk came through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// From 4 to 1.
    pub level: u8,
    /// The table's frame.
    pub table: Frame,
    /// Which of its 512 entries.
    pub index: u64,
    /// The entry as it was read.
    pub pte: u64,
}

impl Step {
    const fn frame(&self) -> u64 {
        (self.pte & FRAME_MASK) >> PAGE_SHIFT
    }

    /// Whether it names a page and not a table.
    const fn is_leaf(&self) -> bool {
        self.level == 1 || self.level < 4 && self.pte & PAGE_SIZE != 0
    }
}

impl Walk<'_> {
    /// The entries, from level 4 on.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let mut table = self.table;
        let words = self.words.as_chunks::<8>().0.iter().map(|&word| u64::from_le_bytes(word));
        words.zip((1..=4_u8).rev()).map(move |(pte, level)| {
            let index = self.address >> (PAGE_SHIFT + 9 * (u32::from(level) - 1)) & 511;
            let step = Step { level, table, index, pte };
            table = Frame(step.frame() as u32);
            step
        })
    }

    /// What the access was, in a word.
    #[must_use]
    pub const fn access(&self) -> &'static str {
        match (self.code & CODE_FETCH != 0, self.code & CODE_WRITE != 0) {
            (true, _) => "fetch",
            (false, true) => "write",
            (false, false) => "read",
        }
    }

    /// `write 0x7ffff7ffe010: page fault at level 1`.
    #[must_use]
    pub fn line(&self) -> String {
        let came_to = match self.result {
            WalkResult::Filled => {
                let frame = self.steps().last().map_or(0, |step| self.frame_of_page(&step));
                format!("frame {frame}, now in the TLB")
            }
            WalkResult::Missing(level) => format!("page fault at level {level}"),
            WalkResult::Refused => "page fault, not allowed".to_owned(),
        };
        format!("{} {:#x}: {came_to}", self.access(), self.address)
    }

    /// The frame of the page that was touched: in a large page, one of many.
    fn frame_of_page(&self, leaf: &Step) -> u64 {
        let within = (1_u64 << (9 * (u32::from(leaf.level) - 1))) - 1;
        leaf.frame() & !within | self.address >> PAGE_SHIFT & within
    }

    /// The address in its parts, then a line for each entry.
    ///
    /// ```text
    /// 9+9+9+9+12 bits: 255, 511, 447, 510, offset 0x10
    /// 4 pgd  frame 28[255]    → frame 29     P W U A
    /// ```
    #[must_use]
    pub fn levels(&self) -> Vec<String> {
        let part = |level: u32| self.address >> (PAGE_SHIFT + 9 * (level - 1)) & 511;
        // A large page ends the walk early, and what is left of the address is the offset.
        let last = self.steps().last().filter(|step| step.pte & PRESENT != 0 && step.is_leaf());
        let last = last.map_or(1, |step| u32::from(step.level));
        let offset_bits = PAGE_SHIFT + 9 * (last - 1);
        let offset = self.address & ((1 << offset_bits) - 1);
        let parts: String = (last..=4).rev().map(|level| format!("{}, ", part(level))).collect();
        let nines = "9+".repeat(5 - last as usize);
        let split = format!("{nines}{offset_bits} bits: {parts}offset {offset:#x}");
        std::iter::once(split).chain(self.steps().map(|step| self.level(&step))).collect()
    }

    fn level(&self, step: &Step) -> String {
        let Step { level, table, index, pte } = *step;
        let name = NAMES[4 - usize::from(level)];
        let entry = format!("{level} {name}  {:<16}", format!("frame {table}[{index}]"));
        if pte & PRESENT == 0 {
            let what = if pte == 0 { "0: nothing is there" } else { "not present: on the swap device" };
            return format!("{entry} → {what}");
        }
        format!("{entry} → {:<12} {}", format!("frame {}", step.frame()), self.bits(step))
    }

    /// The bits that are set, with a `+` before those that this walk sets.
    fn bits(&self, step: &Step) -> String {
        let sets = match (self.result, step.is_leaf() && self.access() == "write") {
            (WalkResult::Missing(_) | WalkResult::Refused, _) => 0,
            (WalkResult::Filled, false) => ACCESSED,
            (WalkResult::Filled, true) => ACCESSED | DIRTY,
        };
        let shown = BITS.iter().filter(|&&(bit, _)| bit != PAGE_SIZE || step.level > 1);
        let named = shown.filter_map(|&(bit, name)| match (step.pte & bit != 0, sets & bit != 0) {
            (true, _) => Some(name.to_owned()),
            (false, true) => Some(format!("+{name}")),
            (false, false) => None,
        });
        named.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &[u64], code: u8, result: WalkResult) -> String {
        let words: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let walk = Walk { address: 0x7fff_f7ff_e010, table: Frame(28), code, words: &words, result };
        let mut lines = vec![walk.line()];
        lines.extend(walk.levels());
        assert!(lines.iter().skip(1).all(|line| line.chars().count() <= 54), "{lines:#?}");
        lines.join("\n")
    }

    #[test]
    fn each_level_has_a_line_and_bits_that_are_set_now_are_marked() {
        insta::assert_snapshot!(told(&[0x1d027, 0x1e027, 0x1f007, 1 << 63 | 0x13007], 6, WalkResult::Filled), @r"
        write 0x7ffff7ffe010: frame 19, now in the TLB
        9+9+9+9+12 bits: 255, 511, 447, 510, offset 0x10
        4 pgd  frame 28[255]    → frame 29     P W U A
        3 pud  frame 29[511]    → frame 30     P W U A
        2 pmd  frame 30[447]    → frame 31     P W U +A
        1 pte  frame 31[510]    → frame 19     P W U NX +A +D
        ");
        insta::assert_snapshot!(told(&[0x1d027, 0x1e027, 0x1f027, 0], 4, WalkResult::Missing(1)), @r"
        read 0x7ffff7ffe010: page fault at level 1
        9+9+9+9+12 bits: 255, 511, 447, 510, offset 0x10
        4 pgd  frame 28[255]    → frame 29     P W U A
        3 pud  frame 29[511]    → frame 30     P W U A
        2 pmd  frame 30[447]    → frame 31     P W U A
        1 pte  frame 31[510]    → 0: nothing is there
        ");
        insta::assert_snapshot!(told(&[0x1d027, 0], 20, WalkResult::Missing(3)), @r"
        fetch 0x7ffff7ffe010: page fault at level 3
        9+9+9+9+12 bits: 255, 511, 447, 510, offset 0x10
        4 pgd  frame 28[255]    → frame 29     P W U A
        3 pud  frame 29[511]    → 0: nothing is there
        ");
        insta::assert_snapshot!(told(&[0x1d023, 1 << 63 | 0xc000_01e3], 4, WalkResult::Refused), @r"
        read 0x7ffff7ffe010: page fault, not allowed
        9+9+30 bits: 255, 511, offset 0x37ffe010
        4 pgd  frame 28[255]    → frame 29     P W A
        3 pud  frame 29[511]    → frame 786432 P W PS NX A D
        ");
    }

    #[test]
    fn a_large_page_is_found_by_the_rest_of_the_address() {
        let found = told(&[0x1d027, 0x1e027, 0x20_00e7], 4, WalkResult::Filled);
        assert!(found.starts_with("read 0x7ffff7ffe010: frame 1022, now in the TLB"), "{found}");
    }
}
