//! Committing a change: it is applied, counted and recorded, in one step.
//!
//! Each change that a page fault makes has a function of its own, in which the compiler has decided all that asks what sort
//! of change it is. What they do is what every change does: see [`Kernel::commit_any`].

use crate::base::ids::{CpuId, Frame, MmId, Tid};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::machine::pte::Pte;
use crate::trace::event::{Change, Note, What};
use crate::trace::value::{FrameUse, LruPlace, Mode, Position, Resume, Returned, TlbEntry};

impl Kernel {
    /// Tells something that changes no state.
    #[inline(always)]
    pub fn note(&mut self, note: Note) {
        if self.is_quiet() {
            self.accounting.count_note(&self.stamp, &note);
            self.recorder.pass_over();
        } else {
            self.record(What::Note(note));
        }
    }

    /// Fills empty leaf entries of one table: which of its words, for which page, with what. A fork makes so many of these
    /// changes that they are done together if nobody is told of them.
    pub fn fill_leaves(&mut self, mm: MmId, table: Frame, leaves: &[(u16, u64, Pte)]) {
        if self.is_quiet() {
            self.state.fill_leaves(mm, table, leaves);
            self.accounting.count_peak(mm, &self.state);
            self.recorder.pass_over_all(leaves.len() as u32);
        } else {
            for &(index, page, to) in leaves {
                self.commit(Change::Pte { table, index, level: 1, mm, page, from: 0, to: to.0 });
            }
        }
    }

    /// Whether nobody is told of anything.
    #[inline(always)]
    pub fn is_quiet(&self) -> bool {
        self.recorder.is_off() && self.races.is_none()
    }

    #[inline(never)]
    fn commit_and_record(&mut self, change: &Change) {
        self.state.apply(change, self.recorder.arena());
        self.record(What::Change(*change));
    }

    #[inline(never)]
    fn commit_any(&mut self, change: &Change) {
        if self.is_quiet() {
            self.state.apply(change, self.recorder.arena());
            self.accounting.count_change(self.stamp.task, change, &self.state);
            self.recorder.pass_over();
        } else {
            self.commit_and_record(change);
        }
    }
}

/// Declares the functions of the changes that have one.
macro_rules! functions {
    ($($function:ident: $name:ident { $($key:ident: $key_type:ty),* } => $value:ty;)*) => {
        impl Kernel {
            /// Changes the state, counts the change and records it.
            // The match comes first, before anybody has the change's address: so the compiler decides it wherever a change is
            // made, and the change itself is never written to memory.
            #[inline(always)]
            pub fn commit(&mut self, change: Change) {
                match change {
                    $(Change::$name { $($key,)* from, to } => self.$function($($key,)* from, to),)*
                    _ => self.commit_any(&change),
                }
            }

            $(#[allow(clippy::too_many_arguments, reason = "some changes have many parts")]
            fn $function(&mut self, $($key: $key_type,)* from: $value, to: $value) {
                if !self.is_quiet() {
                    return self.commit_and_record(&Change::$name { $($key,)* from, to });
                }
                // Each has its own, for the same reason.
                self.state.apply(&Change::$name { $($key,)* from, to }, self.recorder.arena());
                self.accounting.count_change(self.stamp.task, &Change::$name { $($key,)* from, to }, &self.state);
                self.recorder.pass_over();
            })*
        }
    };
}

functions! {
    commit_clock: Clock { cpu: CpuId } => Ns;
    commit_mode: Mode { cpu: CpuId } => Mode;
    commit_tlb: Tlb { cpu: CpuId, index: u16 } => TlbEntry;
    commit_pte: Pte { table: Frame, index: u16, level: u8, mm: MmId, page: u64 } => u64;
    commit_frame: Frame { frame: Frame } => Option<FrameUse>;
    commit_lru: Lru { frame: Frame } => Option<LruPlace>;
    commit_position: Position { tid: Tid } => Position;
    commit_returned: Returned { tid: Tid } => Returned;
    commit_slice: Slice { tid: Tid } => u64;
    commit_resume: Resume { tid: Tid } => Resume;
    commit_progress: Progress { tid: Tid } => u64;
}
