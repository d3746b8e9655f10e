//! What follows from a leaf entry: how often its frame is mapped and by whom, how often its slot is named.

use super::count;
use crate::base::ids::{Frame, MmId};
use crate::kernel::mm::huge;
use crate::kernel::state::{Mapping, State};
use crate::machine::pte::{P, PS, Pte};
use crate::trace::value::FrameKind;

impl State {
    /// Fills empty leaf entries of one table, as the changes of each of them would: which of its words, for which page, with
    /// what.
    ///
    /// # Panics
    /// If one is not empty.
    pub fn fill_leaves(&mut self, mm: MmId, table: Frame, leaves: &[(u16, u64, Pte)]) {
        let words = self.hardware.phys.words_mut(table);
        for &(index, _, to) in leaves {
            let word = &mut words[usize::from(index)];
            assert!(u64::from_le_bytes(*word) == 0, "entry {index} of {table:?} is not empty");
            *word = to.0.to_le_bytes();
        }
        for &(_, page, to) in leaves {
            self.count_mapping(Mapping { mm, page }, Pte::NONE, to);
        }
    }

    /// A leaf entry becomes another: counts the mappings of its frame, or the names of its slot.
    pub(super) fn count_mapping(&mut self, at: Mapping, from: Pte, to: Pte) {
        // Rights or marks of the same frame: nothing to count.
        if from.is_present() && to.is_present() && from.frame() == to.frame() {
            return;
        }
        for (pte, more) in [(from, false), (to, true)] {
            if pte.is_present() {
                self.count_present(at, pte.frame(), more);
            } else if let Some(slot) = pte.slot() {
                count(&mut self.slot_mut(slot).refs, more);
                let swapped = &mut self.mm_mut(at.mm).swapped;
                *swapped = if more { *swapped + 1 } else { *swapped - 1 };
            }
        }
    }

    /// An entry of level 2 becomes another: counts the mappings of the 512 frames of a large leaf.
    pub(super) fn count_large(&mut self, at: Mapping, from: Pte, to: Pte) {
        let head = |pte: Pte| pte.has(P | PS).then(|| pte.frame());
        let (from, to) = (head(from), head(to));
        if from == to {
            return;
        }
        for (head, more) in [(from, false), (to, true)] {
            let Some(head) = head else { continue };
            for i in 0..huge::PAGES as u32 {
                let mapping = Mapping { mm: at.mm, page: at.page + u64::from(i) };
                self.count_present(mapping, Frame(head.0 + i), more);
            }
        }
    }

    fn count_present(&mut self, at: Mapping, frame: Frame, more: bool) {
        let state = self.frames.get_mut(frame.0).expect("a mapped frame is in use");
        count(&mut state.maps, more);
        let kind = state.usage.kind;
        let edge = state.maps == u32::from(more);
        if kind != FrameKind::Zero {
            if more {
                state.mappers.insert(at);
            } else {
                state.mappers.remove(at);
            }
        }
        if edge && matches!(kind, FrameKind::File | FrameKind::Shmem) {
            count(&mut self.frame_counts.mapped, more);
        }
        if let Some(rss) = self.mm_mut(at.mm).rss_of(kind) {
            *rss = if more { *rss + 1 } else { *rss - 1 };
        }
    }
}
