//! The page tables of an address space as a tree, two of them side by side, and its areas.

use std::fmt::Write;

use crate::base::ids::{Frame, Ino, MmId};
use crate::base::units::PAGE_SHIFT;
use crate::kernel::mm::table::{self, Leaf, TableAt};
use crate::kernel::state::State;
use crate::machine::pte::{D, NX, Pte, U, W};
use crate::trace::value::{FrameKind, VmaFlags};

/// An area, with addresses and bytes in place of pages: a line of `/proc/PID/maps`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Area {
    /// First address.
    pub start: u64,
    /// First address after it.
    pub end: u64,
    /// Rights and kind.
    pub flags: VmaFlags,
    /// Where it begins in its file, in bytes.
    pub offset: u64,
    /// The file; 0 for none.
    pub ino: Ino,
}

/// The areas of an address space by rising address.
pub fn areas(state: &State, mm: MmId) -> impl Iterator<Item = Area> + '_ {
    state.mm(mm).vmas.iter().map(|(&start, vma)| Area {
        start: start << PAGE_SHIFT,
        end: (start + u64::from(vma.pages)) << PAGE_SHIFT,
        flags: vma.flags,
        offset: u64::from(vma.file_page) << PAGE_SHIFT,
        ino: vma.ino,
    })
}

/// Leaf entries that follow each other in pages and frames, with the same rights: one line of a view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    page: u64,
    pages: u64,
    frame: Frame,
    /// Frames follow each other as pages do; all pages of zeros are one frame.
    rising: bool,
    flags: u64,
    kind: FrameKind,
    maps: u32,
}

/// What a view shows of an entry; A says little, and would split runs.
const SHOWN: u64 = W | U | D | NX;

impl Run {
    fn of(state: &State, leaf: Leaf) -> Self {
        let frame = leaf.step.pte.frame();
        let Leaf { page, .. } = leaf;
        let (kind, maps) = (state.frame(frame).usage.kind, state.frame(frame).maps);
        Self { page, pages: 1, frame, rising: kind != FrameKind::Zero, flags: leaf.step.pte.0 & SHOWN, kind, maps }
    }

    /// The run with the next one, if that continues it.
    fn joined(self, next: Self) -> Option<Self> {
        let frame = if self.rising { self.frame.0 + self.pages as u32 } else { self.frame.0 };
        let alike = (self.flags, self.kind, self.maps) == (next.flags, next.kind, next.maps);
        let follows = self.page + self.pages == next.page && frame == next.frame.0;
        (alike && follows).then_some(Self { pages: self.pages + next.pages, ..self })
    }

    /// `frame 12-14 anon RW- D [shared x2]`
    fn text(&self) -> String {
        let last = self.frame.0 + self.pages as u32 - 1;
        let frames =
            if self.rising && self.pages > 1 { format!("{}-{last}", self.frame.0) } else { self.frame.to_string() };
        let pte = Pte(self.flags);
        let dirty = if pte.has(D) { " D" } else { "" };
        let shared = if self.maps > 1 && self.kind != FrameKind::Zero {
            format!(" [shared x{}]", self.maps)
        } else {
            String::new()
        };
        format!("{} {} {}{dirty}{shared}", frames, self.kind.name(), rights(pte))
    }
}

/// What a page may be used for: `RW-`, `R-X`, `---` if user mode may not touch it.
fn rights(pte: Pte) -> String {
    if !pte.has(U) {
        return "---".to_owned();
    }
    format!("R{}{}", if pte.has(W) { 'W' } else { '-' }, if pte.has(NX) { '-' } else { 'X' })
}

/// Runs of leaf entries; a run does not leave its table.
fn runs(state: &State, mm: MmId, pages: std::ops::Range<u64>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for leaf in table::leaves(&state.hardware.phys, state.mm(mm).pgd(), pages) {
        let next = Run::of(state, leaf);
        let same_table = |run: &Run| run.page / 512 == next.page / 512;
        match runs.last_mut().filter(|run| same_table(run)).and_then(|run| Some((run.joined(next)?, run))) {
            Some((longer, run)) => *run = longer,
            None => runs.push(next),
        }
    }
    runs
}

/// `0x7ffff7ffe` or `0x7ffff7ffc-0x7ffff7ffe`: page numbers.
fn pages(run: &Run) -> String {
    if run.pages == 1 { format!("{:#x}", run.page) } else { format!("{:#x}-{:#x}", run.page, run.page + run.pages - 1) }
}

const NAMES: [&str; 5] = ["", "pt", "pmd", "pud", "pgd"];

/// The page tables of an address space: each table with its frame, and the leaf entries in runs.
///
/// ```text
/// pgd  frame 2
///   [  0] pud  frame 3
///     [  0] pmd  frame 4
///       [  2] pt   frame 5
///         page 0x400-0x401     frame 40-41 file R-X [shared x2]
/// ```
#[must_use]
pub fn page_tables(state: &State, mm: MmId) -> String {
    let mut text = String::new();
    for at in table::tables(&state.hardware.phys, state.mm(mm).pgd(), table::ALL_PAGES) {
        let indent = 2 * usize::from(4 - at.level);
        let index = if at.level < 4 { format!("[{:3}] ", at.above.index) } else { String::new() };
        let name = NAMES[usize::from(at.level)];
        let _ = writeln!(text, "{:indent$}{index}{name:<4} frame {}", "", at.frame);
        if at.level == 1 {
            for run in runs(state, mm, at.page..at.page + 512) {
                let _ = writeln!(text, "        page {:<23} frame {}", pages(&run), run.text());
            }
        }
    }
    text
}

/// How wide a column of [`side_by_side`] is.
const COLUMN: usize = 38;

/// The page tables of two address spaces, as after a fork: the same table or page on the same line.
///
/// Between the columns stands `=` where both name the same frame, `|` where each has its own, and a blank where only one
/// has any.
#[must_use]
pub fn side_by_side(state: &State, parent: MmId, child: MmId) -> String {
    let mut text = format!("{:<18} {:<COLUMN$}   {}\n", "page", "parent", "child");
    let mut line = |name: String, left: Option<(Frame, String)>, right: Option<(Frame, String)>| {
        let sign = match (&left, &right) {
            (Some(left), Some(right)) if left.0 == right.0 => '=',
            (Some(_), Some(_)) => '|',
            (Some(_) | None, None) | (None, Some(_)) => ' ',
        };
        let column = |side: Option<(Frame, String)>| side.map_or_else(|| "-".to_owned(), |(_, text)| text);
        let full = format!("{name:<18} {:<COLUMN$} {sign} {}", column(left), column(right));
        text.push_str(full.trim_end());
        text.push('\n');
    };
    let mut tables: Vec<TableAt> = Vec::new();
    for mm in [parent, child] {
        tables.extend(table::tables(&state.hardware.phys, state.mm(mm).pgd(), table::ALL_PAGES));
    }
    // A table before those that it names: by first page, the higher level first.
    tables.sort_by_key(|at| (at.page, 4 - at.level));
    tables.dedup_by_key(|at| (at.page, at.level));
    for at in tables {
        let of = |mm| {
            let mine = table::tables(&state.hardware.phys, state.mm(mm).pgd(), at.page..at.page + 1);
            let found = mine.into_iter().find(|own| (own.page, own.level) == (at.page, at.level))?;
            Some((found.frame, format!("frame {}", found.frame)))
        };
        let indent = usize::from(4 - at.level);
        line(format!("{:indent$}{} {:#x}", "", NAMES[usize::from(at.level)], at.page), of(parent), of(child));
        if at.level == 1 {
            for (left, right) in aligned(state, parent, child, at.page) {
                let first = left.or(right).map_or(0, |run| run.page);
                let count = left.or(right).map_or(0, |run| run.pages);
                let name = if count > 1 { format!("    {first:#x} +{}", count - 1) } else { format!("    {first:#x}") };
                let cell = |run: Option<Run>| run.map(|run| (run.frame, run.text()));
                line(name, cell(left), cell(right));
            }
        }
    }
    text
}

/// The runs of two leaf tables, cut where either begins or ends one.
fn aligned(state: &State, parent: MmId, child: MmId, first: u64) -> Vec<(Option<Run>, Option<Run>)> {
    let left = runs(state, parent, first..first + 512);
    let right = runs(state, child, first..first + 512);
    let mut cuts: Vec<u64> = left.iter().chain(&right).flat_map(|run| [run.page, run.page + run.pages]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let part = |runs: &[Run], from: u64, to: u64| {
        let run = runs.iter().find(|run| run.page <= from && to <= run.page + run.pages)?;
        let frame = if run.rising { Frame(run.frame.0 + (from - run.page) as u32) } else { run.frame };
        Some(Run { page: from, pages: to - from, frame, ..*run })
    };
    let cells = cuts.windows(2).map(|cut| (part(&left, cut[0], cut[1]), part(&right, cut[0], cut[1])));
    cells.filter(|(left, right)| left.is_some() || right.is_some()).collect()
}
