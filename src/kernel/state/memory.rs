//! Address spaces and frames: `struct mm_struct`, `struct page`.

use std::collections::BTreeMap;

use crate::base::ids::Frame;
use crate::base::units::Vaddr;
use crate::trace::value::{FrameKind, FrameUse, MM_FIELDS, MmField, Vma};

/// The numbers of an address space, in their order.
pub const ALL_FIELDS: [MmField; MM_FIELDS] = [
    MmField::Pgd,
    MmField::StartCode,
    MmField::EndCode,
    MmField::StartData,
    MmField::EndData,
    MmField::StartBrk,
    MmField::Brk,
    MmField::StartStack,
    MmField::ArgStart,
    MmField::ArgEnd,
    MmField::EnvStart,
    MmField::EnvEnd,
    MmField::Exe,
];

/// An address space.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MmState {
    /// Its numbers, by [`MmField`].
    pub fields: [u64; MM_FIELDS],
    /// Its areas by first page number; they do not overlap.
    pub vmas: BTreeMap<u64, Vma>,
    /// How many tasks run in it; derived.
    pub users: u32,
    /// Pages of all areas (`total_vm`); derived.
    pub total_pages: u64,
    /// Frames of page tables, the top one included; derived.
    pub tables: u32,
    /// Mapped private pages; derived from the page tables.
    pub rss_anon: u64,
    /// Mapped pages of files; derived.
    pub rss_file: u64,
    /// Mapped pages of shared memory; derived.
    pub rss_shmem: u64,
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
        let (&start, vma) = self.vmas.range(..=page).next_back()?;
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
}
