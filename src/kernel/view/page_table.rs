//! The page tables of an address space as a tree, two of them side by side.

use std::fmt::Write;

use crate::base::ids::{Frame, Ino, MmId};
use crate::base::units::PAGE_SHIFT;
use crate::kernel::mm::huge;
use crate::kernel::mm::table::{self, Leaf, TableAt};
use crate::kernel::state::State;
use crate::kernel::vfs::path::path_of;
use crate::kernel::view::users::{Users, counted, cut, range};
use crate::machine::pte::{D, E, NX, PS, Pte, U, W};
use crate::trace::value::FrameKind;

/// Where a page is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// In a frame of such a kind, which so many leaf entries name.
    Frame(FrameKind, u32),
    /// In a slot of the swap device, which so many entries name.
    Slot(u32),
}

/// Leaf entries that follow each other in pages and frames, with the same rights: one line of a view.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Run {
    page: u64,
    pages: u64,
    /// The number of the frame or slot.
    number: u64,
    /// Frames follow each other as pages do; all pages of zeros are one frame.
    rising: bool,
    flags: u64,
    place: Place,
    /// The file and the page of it that is in the frame; 0 for none.
    file: (Ino, u64),
    /// Other address spaces that map the same frames.
    others: Vec<MmId>,
    /// Whether it is one entry of level 2.
    large: bool,
}

/// What a view shows of an entry; A says little, and would split runs.
const SHOWN: u64 = W | U | D | NX;

impl Run {
    fn of(state: &State, mm: MmId, leaf: Leaf) -> Self {
        let Leaf { page, .. } = leaf;
        let pte = leaf.step.pte;
        if let Some(slot) = pte.slot() {
            let place = Place::Slot(state.slot(slot).refs);
            let (number, flags) = (u64::from(slot.0), pte.0 & E);
            let others = Vec::new();
            return Self {
                page,
                pages: 1,
                number,
                rising: true,
                flags,
                place,
                file: (Ino(0), 0),
                others,
                large: false,
            };
        }
        let frame = state.frame(pte.frame());
        let usage = frame.usage;
        let file = match usage.kind {
            FrameKind::File => (Ino(usage.owner), u64::from(usage.index)),
            FrameKind::Anon
            | FrameKind::Shmem
            | FrameKind::Table
            | FrameKind::Zero
            | FrameKind::Pipe
            | FrameKind::Kernel => (Ino(0), 0),
        };
        let mut others: Vec<MmId> = frame.mappers.to_vec().into_iter().map(|at| at.mm).filter(|&it| it != mm).collect();
        others.dedup();
        Self {
            page,
            pages: 1,
            number: u64::from(pte.frame().0),
            rising: usage.kind != FrameKind::Zero || leaf.is_huge(),
            flags: pte.0 & SHOWN,
            place: Place::Frame(usage.kind, frame.maps),
            file,
            others,
            large: leaf.is_huge(),
        }
    }

    /// Whether the next one continues it.
    fn takes(&self, next: &Self) -> bool {
        let number = if self.rising { self.number + self.pages } else { self.number };
        let file_page = if self.file.0 == Ino(0) { 0 } else { self.file.1 + self.pages };
        self.flags == next.flags
            && self.large == next.large
            // What of a large page others map does not make several entries of it.
            && (self.large || (&self.others, self.place) == (&next.others, next.place))
            && (self.file.0, file_page) == next.file
            && self.page + self.pages == next.page
            && number == next.number
    }

    /// `12-14`: the frames or slots.
    fn numbers(&self) -> String {
        range(self.number, if self.rising { self.pages } else { 1 })
    }

    /// `RW- D`, or what is known of a slot.
    fn rights(&self) -> String {
        match self.place {
            Place::Frame(..) => {
                let pte = Pte(self.flags);
                format!("{}{}", rights(pte), if pte.has(D) { " D" } else { "" })
            }
            Place::Slot(_) => "swap".to_owned(),
        }
    }

    /// `12-14 anon RW- D [shared x2]`
    fn text(&self) -> String {
        match self.place {
            Place::Frame(kind, maps) => {
                let shared =
                    if maps > 1 && kind != FrameKind::Zero { format!(" [shared x{maps}]") } else { String::new() };
                format!("{} {} {}{shared}", self.numbers(), kind.name(), self.rights())
            }
            Place::Slot(refs) => {
                let shared = if refs > 1 { format!(" [shared x{refs}]") } else { String::new() };
                format!("slot {}{shared}", self.numbers())
            }
        }
    }

    /// A line of the tree behind the address.
    fn line(&self, state: &State, users: &Users) -> String {
        let (noun, what) = match self.place {
            Place::Slot(_) => ("slot", String::new()),
            Place::Frame(FrameKind::File, _) => {
                let pages = format!(" {}", range(self.file.1, self.pages));
                ("frame", format!("{}{pages}", cut(&path_of(state, self.file.0), 26 - pages.len().min(25))))
            }
            Place::Frame(kind, _) => ("frame", kind.name().to_owned()),
        };
        let shared = match self.place {
            Place::Frame(FrameKind::Zero, _) => String::new(),
            Place::Frame(..) if self.others.is_empty() => String::new(),
            Place::Frame(..) => format!("with {}", users.names(&self.others, 17)),
            Place::Slot(refs) if refs > 1 => format!("named by {refs}"),
            Place::Slot(_) => String::new(),
        };
        let times = if self.pages > 1 { format!("x{}", self.pages) } else { String::new() };
        let start = format!("{:x}", self.page << PAGE_SHIFT);
        let line =
            format!("{start:<12} {times:<4} {noun:<5} {:<13} {:<5} {what:<26} {shared}", self.numbers(), self.rights());
        line.trim_end().to_owned()
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
        let next = Run::of(state, mm, leaf);
        match runs.last_mut() {
            Some(run) if run.page / 512 == next.page / 512 && run.takes(&next) => run.pages += 1,
            Some(_) | None => runs.push(next),
        }
    }
    runs
}

/// The large leaves of an address space, as if they were tables of level 1 that their entries name.
fn large_at(state: &State, mm: MmId) -> impl Iterator<Item = TableAt> + use<> {
    let found = huge::within(state, mm, &table::ALL_PAGES);
    found.into_iter().map(|leaf| TableAt { frame: leaf.step.pte.frame(), level: 1, page: leaf.page, above: leaf.step })
}

const NAMES: [&str; 5] = ["", "pt", "pmd", "pud", "pgd"];

/// The page tables of an address space: each table with the place of its entry in the one above and its frame, and the
/// leaf entries in runs. A page is told by its address, with its rights, `D` if it was written, and who else maps its frame.
///
/// ```text
/// page table of script[2]: 4 tables, 3 pages in memory, 2 swapped
/// pgd           frame 2
///   [  0] pud   frame 3
///     [  0] pmd   frame 4
///       [  2] pt    frame 5
///         400000       x2   frame 40-41  R-X   /bin/script 0-1            with init[1]
///         402000       x2   slot  0-1    swap
/// ```
#[must_use]
pub fn page_tables(state: &State, mm: MmId) -> String {
    let users = Users::of(state);
    let space = state.mm(mm);
    let mut text = format!(
        "page table of {}: {}, {} in memory, {} swapped\n",
        users.names(&[mm], 40),
        counted(u64::from(space.tables), "table"),
        counted(space.rss(), "page"),
        space.swapped
    );
    let mut tables = table::tables(&state.hardware.phys, space.pgd(), table::ALL_PAGES);
    tables.extend(large_at(state, mm));
    // A table before those that it names: by first page, the higher level first.
    tables.sort_by_key(|at| (at.page, 4 - at.level));
    for at in tables {
        if at.above.pte.has(PS) {
            let entry = format!("      [{:3}] 2 MiB page", at.above.index);
            let _ = writeln!(text, "{entry}");
            for run in runs(state, mm, at.page..at.page + 512) {
                let _ = writeln!(text, "        {}", run.line(state, &users));
            }
            continue;
        }
        let indent = 2 * usize::from(4 - at.level);
        let index = if at.level < 4 { format!("[{:3}] ", at.above.index) } else { String::new() };
        let name = NAMES[usize::from(at.level)];
        let _ = writeln!(text, "{:indent$}{index}{name:<4} frame {}", "", at.frame);
        if at.level == 1 {
            for run in runs(state, mm, at.page..at.page + 512) {
                let _ = writeln!(text, "        {}", run.line(state, &users));
            }
        }
    }
    text
}

/// What a line of [`side_by_side`] compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cell {
    Frame(Frame),
    Slot(u64),
}

impl Run {
    fn cell(&self) -> Cell {
        match self.place {
            Place::Frame(..) => Cell::Frame(Frame(self.number as u32)),
            Place::Slot(_) => Cell::Slot(self.number),
        }
    }
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
    let mut line = |name: String, left: Option<(Cell, String)>, right: Option<(Cell, String)>| {
        let sign = match (&left, &right) {
            (Some(left), Some(right)) if left.0 == right.0 => '=',
            (Some(_), Some(_)) => '|',
            (Some(_) | None, None) | (None, Some(_)) => ' ',
        };
        let column = |side: Option<(Cell, String)>| side.map_or_else(|| "-".to_owned(), |(_, text)| text);
        let full = format!("{name:<18} {:<COLUMN$} {sign} {}", column(left), column(right));
        text.push_str(full.trim_end());
        text.push('\n');
    };
    let mut tables: Vec<TableAt> = Vec::new();
    for mm in [parent, child] {
        tables.extend(table::tables(&state.hardware.phys, state.mm(mm).pgd(), table::ALL_PAGES));
        tables.extend(large_at(state, mm));
    }
    // A table before those that it names: by first page, the higher level first.
    tables.sort_by_key(|at| (at.page, 4 - at.level));
    tables.dedup_by_key(|at| (at.page, at.level));
    for at in tables {
        let of = |mm| {
            let mine = table::tables(&state.hardware.phys, state.mm(mm).pgd(), at.page..at.page + 1);
            if let Some(found) = huge::find(state, mm, at.page).filter(|_| at.level == 1) {
                return Some((Cell::Frame(found.step.pte.frame()), "no table, an entry of 2 MiB".to_owned()));
            }
            let found = mine.into_iter().find(|own| (own.page, own.level) == (at.page, at.level))?;
            Some((Cell::Frame(found.frame), format!("frame {}", found.frame)))
        };
        let indent = usize::from(4 - at.level);
        line(format!("{:indent$}{} {:#x}", "", NAMES[usize::from(at.level)], at.page), of(parent), of(child));
        if at.level == 1 {
            for (left, right) in aligned(state, parent, child, at.page) {
                let (first, count) = left.as_ref().or(right.as_ref()).map_or((0, 0), |run| (run.page, run.pages));
                let name = if count > 1 { format!("    {first:#x} +{}", count - 1) } else { format!("    {first:#x}") };
                let cell = |run: Option<Run>| run.map(|run| (run.cell(), run.text()));
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
        let skipped = from - run.page;
        let number = if run.rising { run.number + skipped } else { run.number };
        let file = if run.file.0 == Ino(0) { run.file } else { (run.file.0, run.file.1 + skipped) };
        Some(Run { page: from, pages: to - from, number, file, ..run.clone() })
    };
    let cells = cuts.windows(2).map(|cut| (part(&left, cut[0], cut[1]), part(&right, cut[0], cut[1])));
    cells.filter(|(left, right)| left.is_some() || right.is_some()).collect()
}
