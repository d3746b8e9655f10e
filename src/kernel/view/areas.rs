//! The areas of an address space, each with a map of its pages: what the program asked for, beside what it got.

use std::fmt::Write as _;

use crate::base::ids::{Ino, MmId};
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::mm::table;
use crate::kernel::state::{MmState, State};
use crate::kernel::vfs::proc;
use crate::kernel::view::users::{Users, counted, cut};
use crate::machine::pte::Pte;
use crate::trace::value::{FrameKind, Vma, VmaFlags};

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
pub fn list(state: &State, mm: MmId) -> impl Iterator<Item = Area> + '_ {
    state.mm(mm).vmas.iter().map(|(&start, vma)| Area {
        start: start << PAGE_SHIFT,
        end: (start + u64::from(vma.pages)) << PAGE_SHIFT,
        flags: vma.flags,
        offset: u64::from(vma.file_page) << PAGE_SHIFT,
        ino: vma.ino,
    })
}

/// Letters of the map of an area.
const MAP: usize = 24;
/// Letters of the name of an area.
const NAME: usize = 21;

/// Where a page is, from the least to the most telling: a letter that stands for several pages is that of the most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Nowhere,
    Zeros,
    Own,
    Shared,
    Swapped,
}

impl Place {
    fn of(state: &State, pte: Pte) -> Self {
        if pte.slot().is_some() {
            return Self::Swapped;
        }
        let frame = state.frame(pte.frame());
        match frame.usage.kind {
            FrameKind::Zero => Self::Zeros,
            _ if frame.maps > 1 => Self::Shared,
            FrameKind::Table
            | FrameKind::Anon
            | FrameKind::File
            | FrameKind::Shmem
            | FrameKind::Pipe
            | FrameKind::Kernel => Self::Own,
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Nowhere => '.',
            Self::Zeros => '0',
            Self::Own => '#',
            Self::Shared => '=',
            Self::Swapped => 's',
        }
    }
}

/// The areas of an address space.
///
/// ```text
/// areas of script[2]: 5, 312 KiB; 9 pages in memory, 0 swapped
/// . nowhere   0 page of zeros   # in memory   = in memory, shared   s swapped
/// start        end                KiB     in  swap      pages                    what
/// 400000       403000              12      3     0 r-xp ###                      /bin/script
/// ```
#[must_use]
pub fn areas(state: &State, mm: MmId) -> String {
    let space = state.mm(mm);
    let mut rows = String::new();
    let mut swapped = 0;
    for (&page, vma) in &space.vmas {
        swapped += line(&mut rows, state, space, page, vma);
    }
    format!(
        "areas of {}: {}, {} KiB; {} in memory, {swapped} swapped\n. nowhere   0 page of zeros   # in memory   = in memory, shared   \
         s swapped\n{:<12} {:<12} {:>9} {:>6} {:>5}      {:MAP$} what\n",
        Users::of(state).names(&[mm], 40),
        space.vmas.len(),
        space.total_pages * PAGE_SIZE / 1024,
        counted(space.rss(), "page"),
        "start",
        "end",
        "KiB",
        "in",
        "swap",
        "pages"
    ) + &rows
}

/// Adds the line of an area; tells how many of its pages are swapped.
fn line(text: &mut String, state: &State, space: &MmState, page: u64, vma: &Vma) -> u64 {
    let pages = u64::from(vma.pages);
    let (start, end) = (page << PAGE_SHIFT, (page + pages) << PAGE_SHIFT);
    let (mut inside, mut swapped) = (0, 0);
    let for_each = pages.div_ceil(MAP as u64).max(1);
    let mut map = vec![Place::Nowhere; pages.div_ceil(for_each) as usize];
    for leaf in table::leaves(&state.hardware.phys, space.pgd(), page..page + pages) {
        let place = Place::of(state, leaf.step.pte);
        inside += u64::from(matches!(place, Place::Own | Place::Shared));
        swapped += u64::from(place == Place::Swapped);
        let letter = &mut map[((leaf.page - page) / for_each) as usize];
        *letter = place.max(*letter);
    }
    // Pages of shared memory that are on the swap device have no table entry.
    let part = vma.file_page..vma.file_page.saturating_add(vma.pages);
    let inode = state.inodes.get(vma.ino.0);
    for (&index, _) in inode.into_iter().flat_map(|inode| inode.swapped.range(part.clone())) {
        swapped += 1;
        map[(u64::from(index - vma.file_page) / for_each) as usize] = Place::Swapped;
    }
    let map: String = map.into_iter().map(Place::letter).collect();
    let name = proc::area_name(state, space, start, end, vma).unwrap_or_default();
    let each = if for_each > 1 { format!("(x{for_each}) ") } else { String::new() };
    let room = NAME - each.len().min(NAME);
    let line = format!(
        "{start:<12x} {end:<12x} {:>9} {inside:>6} {swapped:>5} {} {map:MAP$} {each}{}",
        pages * PAGE_SIZE / 1024,
        proc::area_rights(vma),
        cut(&name, room)
    );
    let _ = writeln!(text, "{}", line.trim_end());
    swapped
}
