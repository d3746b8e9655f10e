//! Stores: whose page a frame holds, so that a store is told by the address that the program used.

use std::collections::BTreeMap;

use crate::base::ids::{Frame, MmId};
use crate::base::units::PAGE_SHIFT;
use crate::trace::event::Change;
use crate::trace::render::digest::{Context, Digest};
use crate::trace::render::{fault, words};

/// Bit 0 of an entry: it is present.
const PRESENT: u64 = 1;
/// The bits of an entry that name a frame.
const FRAME_MASK: u64 = 0x000f_ffff_ffff_f000;

/// The pages that name each frame, as far as tables of the lowest level tell.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    of: BTreeMap<Frame, Vec<(MmId, u64)>>,
}

impl Pages {
    /// Learns from a change of a page table entry.
    pub fn learn(&mut self, change: &Change) {
        let Change::Pte { level: 1, mm, page, from, to, .. } = *change else { return };
        if let Some(pages) = frame_of(from).and_then(|frame| self.of.get_mut(&frame)) {
            pages.retain(|&at| at != (mm, page));
        }
        if let Some(frame) = frame_of(to) {
            self.of.entry(frame).or_default().push((mm, page));
        }
    }

    /// The address at which an address space has a byte of a frame.
    fn address(&self, frame: Frame, offset: u64, mm: MmId) -> Option<u64> {
        let &(_, page) = self.of.get(&frame)?.iter().find(|(of, _)| *of == mm)?;
        Some((page << PAGE_SHIFT) + offset)
    }
}

/// The frame that an entry names, if it is present.
const fn frame_of(pte: u64) -> Option<Frame> {
    if pte & PRESENT == 0 { None } else { Some(Frame(((pte & FRAME_MASK) >> PAGE_SHIFT) as u32)) }
}

impl Digest {
    /// Learns whose page a frame holds, from an event that need not be shown.
    pub fn learn(&mut self, change: &Change) {
        self.pages.learn(change);
    }

    /// `counter (0x405000): 0x5 → 0x6, frame 23`, with the size unless it is a word; none for a store to memory that the task does not map.
    pub(super) fn stored(&self, change: &Change, cx: &Context<'_>) -> Option<(&'static str, String)> {
        let Change::Word { frame, offset, len, from, to } = *change else { return None };
        let task = cx.event.event.task;
        let address = self.pages.address(frame, offset.into(), cx.names.task(task)?.mm?)?;
        let place = fault::place(address, task, cx.names, cx.sources);
        let size = if len == 8 { String::new() } else { format!(", {}", words::count(len.into(), "byte")) };
        Some(("store", format!("{place}{size}: {from:#x} → {to:#x}, frame {frame}")))
    }
}
