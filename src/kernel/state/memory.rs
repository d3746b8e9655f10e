//! Address spaces and frames: `struct mm_struct`, `struct page`.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::hint::Hint;
use crate::base::ids::{Frame, MmId, Slot};
use crate::base::units::Vaddr;
use crate::kernel::state::gaps::Gaps;
use crate::trace::value::{FRAME_KINDS, FrameFlags, FrameKind, FrameUse, LRU_LISTS, LruList, MM_FIELDS, MmField, Vma};

/// An address space.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MmState {
    /// Its numbers, by [`MmField`].
    pub fields: [u64; MM_FIELDS.len()],
    /// Its areas by first page number; they do not overlap.
    pub vmas: BTreeMap<u64, Vma>,
    /// The first page of the area that was looked up last (`vmacache`, as Linux had it until 6.1).
    pub last_vma: Hint,
    /// What lies between them; derived.
    pub gaps: Gaps,
    /// How many tasks run in it; derived.
    pub users: u32,
    /// Pages of all areas (`total_vm`); derived.
    pub total_pages: u64,
    /// Frames of page tables, the top one included; derived.
    pub tables: u32,
    /// The frames of those of these tables that are put by, one for each large leaf; derived.
    pub deposited: BTreeSet<Frame>,
    /// Mapped private pages; derived from the page tables.
    pub rss_anon: u64,
    /// Mapped pages of files; derived.
    pub rss_file: u64,
    /// Mapped pages of shared memory; derived.
    pub rss_shmem: u64,
    /// Leaf entries that name a slot of the swap device (`MM_SWAPENTS`); derived.
    pub swapped: u64,
    /// Pages of areas that are locked (`locked_vm`); derived.
    pub locked: u64,
    /// Pages of areas that are counted in what memory is promised (`VM_ACCOUNT`); derived.
    pub committed: u64,
    /// Pages of private areas that may be written and are no stack (`data_vm`); derived.
    pub data: u64,
}

impl MmState {
    /// One of its numbers.
    #[must_use]
    pub fn field(&self, field: MmField) -> u64 {
        self.fields[field as usize]
    }

    /// The frame of its top table.
    #[must_use]
    pub fn pgd(&self) -> Frame {
        Frame(self.field(MmField::Pgd) as u32)
    }

    /// The area that holds an address, with its first page number.
    #[must_use]
    pub fn vma_at(&self, address: Vaddr) -> Option<(u64, &Vma)> {
        let page = address.page().0;
        let last = self.last_vma.get();
        if let Some(vma) = self.vmas.get(&last)
            && page.wrapping_sub(last) < u64::from(vma.pages)
        {
            return Some((last, vma));
        }
        let (&start, vma) = self.vmas.range(..=page).next_back()?;
        self.last_vma.set(start);
        (page - start < u64::from(vma.pages)).then_some((start, vma))
    }

    /// Resident pages.
    #[must_use]
    pub fn rss(&self) -> u64 {
        self.rss_anon + self.rss_file + self.rss_shmem
    }

    /// The counter that a frame of this kind belongs to; the zero page is not counted, as on Linux.
    pub(super) fn rss_of(&mut self, kind: FrameKind) -> Option<&mut u64> {
        match kind {
            FrameKind::Anon => Some(&mut self.rss_anon),
            FrameKind::File => Some(&mut self.rss_file),
            FrameKind::Shmem => Some(&mut self.rss_shmem),
            FrameKind::Table | FrameKind::Zero | FrameKind::Pipe | FrameKind::Kernel => None,
        }
    }
}

/// A frame in use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameState {
    /// What for.
    pub usage: FrameUse,
    /// How many leaf entries of page tables name it (`_mapcount`); derived.
    pub maps: u32,
    /// Which leaf entries these are: the reverse map. Not kept of the page of zeros; derived.
    pub mappers: Mappers,
    /// Its marks.
    pub flags: FrameFlags,
    /// How often it was used since it came, where the replacement policy is `lfu`.
    pub uses: u32,
    /// The slot of the swap device that holds the same, or is about to (the swap cache); derived.
    pub slot: Option<Slot>,
    /// The list that it stands in.
    pub list: Option<LruList>,
    /// The frame before it in that list, frame 0 if it is the first; derived.
    pub before: Frame,
    /// The frame behind it in that list, frame 0 if it is the last; derived.
    pub behind: Frame,
}

impl FrameState {
    /// A frame that was just taken for a use.
    #[must_use]
    pub const fn new(usage: FrameUse) -> Self {
        Self {
            usage,
            maps: 0,
            mappers: Mappers::None,
            flags: FrameFlags::empty(),
            uses: 0,
            slot: None,
            list: None,
            before: Frame(0),
            behind: Frame(0),
        }
    }
}

/// A leaf entry by its place: page of an address space.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Mapping {
    /// The address space.
    pub mm: MmId,
    /// The virtual page.
    pub page: u64,
}

/// The leaf entries that name a frame, in rising order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Mappers {
    /// None does.
    #[default]
    None,
    /// One does: so it is with most frames, and costs no memory beside.
    One(Mapping),
    /// Two do, as after most forks; the lower one comes first.
    Two(Mapping, Mapping),
    /// At least three do.
    Many(Box<BTreeSet<Mapping>>),
}

impl Mappers {
    /// One more does.
    #[inline]
    pub(super) fn insert(&mut self, mapping: Mapping) {
        match *self {
            Self::None => *self = Self::One(mapping),
            Self::One(one) => *self = Self::Two(one.min(mapping), one.max(mapping)),
            Self::Two(one, two) => *self = Self::Many(Box::new(BTreeSet::from([one, two, mapping]))),
            Self::Many(ref mut all) => {
                let _ = all.insert(mapping);
            }
        }
    }

    /// One less does.
    #[inline]
    pub(super) fn remove(&mut self, mapping: Mapping) {
        match *self {
            Self::None => {}
            Self::One(one) => {
                if one == mapping {
                    *self = Self::None;
                }
            }
            Self::Two(one, two) => {
                if one == mapping {
                    *self = Self::One(two);
                } else if two == mapping {
                    *self = Self::One(one);
                }
            }
            Self::Many(ref mut all) => {
                let _ = all.remove(&mapping);
                if all.len() == 2
                    && let (Some(&one), Some(&two)) = (all.first(), all.last())
                {
                    *self = Self::Two(one, two);
                }
            }
        }
    }

    /// All of them, in rising order.
    #[must_use]
    pub fn to_vec(&self) -> Vec<Mapping> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![*one],
            Self::Two(one, two) => vec![*one, *two],
            Self::Many(all) => all.iter().copied().collect(),
        }
    }
}

/// The lists of frames that may be evicted. Their order lies in the frames: each knows the one before and behind it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lru {
    /// The ends and the length of each list, by [`LruList`]; derived.
    pub ends: [LruEnds; LRU_LISTS.len()],
}

/// The ends and the length of a list of frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LruEnds {
    /// The oldest; frame 0 if the list is empty.
    pub first: Frame,
    /// The youngest; frame 0 if the list is empty.
    pub last: Frame,
    /// How many frames stand in it.
    pub len: u32,
}

/// A slot of the swap device that is in use.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SlotState {
    /// The frame that holds the same, or is about to (the swap cache).
    pub cache: Option<Frame>,
    /// How many leaf entries and pages of files in memory name it (`swap_map`); derived.
    pub refs: u32,
}

/// How many frames there are of a sort; derived.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FrameCounts {
    /// By [`FrameKind`].
    pub kinds: [u32; FRAME_KINDS],
    /// Frames of files and shared memory that are mapped (`nr_mapped`).
    pub mapped: u32,
    /// Marked dirty (`nr_dirty`).
    pub dirty: u32,
    /// Being written (`nr_writeback`).
    pub writeback: u32,
    /// In the swap cache (`nr_swapcached`).
    pub swap_cached: u32,
}

impl FrameCounts {
    /// How many frames there are of a kind.
    #[must_use]
    pub fn of(&self, kind: FrameKind) -> u32 {
        self.kinds[kind as usize]
    }
}
