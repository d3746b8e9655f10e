//! Views: what a person sees of the state at one moment, as text that is the same for the same state.
//!
//! They read [`crate::kernel::state::State`] and change nothing. No line is longer than 100 columns, but for the report of
//! the OOM killer, whose columns are Linux's.

pub mod areas;
pub mod frames;
pub mod oom;
pub mod page_table;
pub mod swap;
mod users;

use crate::base::ids::MmId;
use crate::kernel::config::Config;
use crate::kernel::state::State;

/// What can be drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum View {
    /// The page tables of a process, as a tree.
    PageTable,
    /// The areas of a process, with what of them is there.
    Areas,
    /// The frames of physical memory.
    Frames,
    /// The slots of the swap device.
    Swap,
}

impl View {
    /// All, with the names of their files in `/proc`.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::PageTable, "page_table"), (Self::Areas, "areas"), (Self::Frames, "frames"), (Self::Swap, "swap")];

    /// The view of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, its)| *its == name).map(|(view, _)| view)
    }

    /// Draws it; of an address space that is not there, nothing.
    #[must_use]
    pub fn draw(self, state: &State, config: &Config, mm: Option<MmId>) -> String {
        match (self, mm) {
            (Self::PageTable, Some(mm)) => page_table::page_tables(state, mm),
            (Self::Areas, Some(mm)) => areas::areas(state, mm),
            (Self::PageTable | Self::Areas, None) => String::new(),
            (Self::Frames, _) => frames::frames(state, config),
            (Self::Swap, _) => swap::slots(state, config),
        }
    }
}
