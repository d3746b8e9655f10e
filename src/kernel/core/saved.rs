//! Checkpoints: a kernel between two steps, to be gone back to.
//!
//! [`Moment`](super::Moment) is for who takes back many small steps and records each change. A checkpoint needs no recording
//! and costs as much as a copy of the state, whatever happens after it.

use std::sync::Arc;

use super::Kernel;
use crate::kernel::accounting::Accounting;
use crate::kernel::failpoint::Failing;
use crate::kernel::mm::replacement::touched::References;
use crate::kernel::oracle::Oracle;
use crate::kernel::state::State;
use crate::kernel::vfs::disk::Disk;
use crate::machine::touches::Touches;
use crate::trace::recorder::{Recorder, Stamp};
use crate::trace::schedule::Schedule;

/// A kernel as it was between two steps, when all its events and output had been taken.
pub struct Checkpoint {
    state: State,
    accounting: Accounting,
    recorder: Recorder,
    oracle: Box<dyn Oracle>,
    stamp: Stamp,
    spent: u64,
    touches: Option<Touches>,
    references: Option<Box<References>>,
    failing: Option<Failing>,
    disk: Arc<Disk>,
    reports: usize,
    steps: u64,
    asked: u64,
    schedule: Schedule,
}

impl Checkpoint {
    /// The state, to read.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The number that the next event had.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.recorder.seq()
    }
}

impl Kernel {
    /// Keeps all that there is.
    pub fn save(&mut self) -> Checkpoint {
        self.fastmap.clear();
        Checkpoint {
            state: self.state.clone(),
            accounting: self.accounting.clone(),
            recorder: self.recorder.clone(),
            oracle: self.oracle.saved(),
            stamp: self.stamp,
            spent: self.spent,
            touches: self.touches.clone(),
            references: self.references.clone(),
            failing: self.failing,
            disk: self.disk.clone(),
            reports: self.reports.len(),
            steps: self.steps,
            asked: self.asked,
            schedule: self.schedule.clone(),
        }
    }

    /// Goes back, or forward, to a checkpoint of this kernel. `config` stays.
    pub fn restore(&mut self, to: &Checkpoint) {
        self.fastmap.clear();
        self.state = to.state.clone();
        self.accounting = to.accounting.clone();
        self.recorder = to.recorder.clone();
        self.oracle = to.oracle.saved();
        (self.stamp, self.spent) = (to.stamp, to.spent);
        self.touches = to.touches.clone();
        self.references = to.references.clone();
        self.failing = to.failing;
        self.disk = to.disk.clone();
        self.output.clear();
        self.reports.truncate(to.reports);
        self.circle.clear();
        self.held.clear();
        self.busy = false;
        (self.steps, self.asked) = (to.steps, to.asked);
        self.schedule = to.schedule.clone();
    }
}
