//! The log of accesses to data: which frames, in order, for whoever must know of each one.
//!
//! While there is one, no page of data is in the fastmap, so that each access takes the slow way past here.

use crate::base::ids::Frame;

/// Frames in the order of access, each with how often in a row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Touches {
    log: Vec<(Frame, u32)>,
}

impl Touches {
    /// An access.
    pub fn push(&mut self, frame: Frame) {
        match self.log.last_mut() {
            Some((last, times)) if *last == frame => *times = times.saturating_add(1),
            Some(_) | None => self.log.push((frame, 1)),
        }
    }

    /// Takes all that is in the log.
    pub fn take(&mut self) -> Vec<(Frame, u32)> {
        std::mem::take(&mut self.log)
    }
}
