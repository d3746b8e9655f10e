//! The lines of a session as a way that can be gone back and forth: before each line all that there is was kept.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::cmd::repl::screen::Screen;
use crate::lang::session::CompiledLine;
use crate::system::live::{Live, Saved};
use crate::trace::render::Renderer;

/// So many lines can be taken back.
const MOST: usize = 1000;
/// So many events are between two waypoints of a line, at least.
const STRIDE: u32 = 8192;
/// So many waypoints a line has at most.
const MOST_WAYPOINTS: usize = 64;

/// All that there is, between two steps.
pub struct Moment {
    saved: Saved,
    renderer: Renderer,
    /// Whether a line was in the midst of its run.
    pub is_running: bool,
    /// The line that ran next.
    pub line: Option<Rc<CompiledLine>>,
    /// What was typed while it ran; none for the end of the input.
    pub typed: Vec<Option<Vec<u8>>>,
}

impl Moment {
    /// What is now.
    pub fn take(live: &mut Live, screen: &Screen, is_running: bool) -> Self {
        let (saved, renderer) = (live.save(), screen.renderer.clone());
        Self { saved, renderer, is_running, line: None, typed: Vec::new() }
    }

    /// Makes it what is now; what is shown of the trace stays as it was chosen.
    pub fn restore(&self, live: &mut Live, screen: &mut Screen) {
        live.restore(&self.saved);
        let filter = screen.renderer.filter().clone();
        screen.renderer = self.renderer.clone();
        screen.renderer.set_filter(filter);
    }

    /// The number that the next event has.
    pub fn seq(&self) -> u32 {
        self.saved.kernel().seq()
    }
}

/// What was, and what was taken back.
#[derive(Default)]
pub struct Timeline {
    /// What was before each line, oldest first.
    past: VecDeque<Moment>,
    /// What was taken back, the next one last: before and after the line.
    future: Vec<(Moment, Moment)>,
    /// Moments in the midst of the newest line, oldest first, each with how often something had been typed before: who goes
    /// back within a long line has less to run again.
    waypoints: Vec<(Moment, usize)>,
    stride: u32,
}

impl Timeline {
    /// A line begins behind this moment.
    pub fn push(&mut self, before: Moment) {
        self.future.clear();
        self.waypoints.clear();
        self.stride = STRIDE;
        if self.past.len() == MOST {
            let _ = self.past.pop_front();
        }
        self.past.push_back(before);
    }

    /// The moment before the newest line.
    pub fn last(&self) -> Option<&Moment> {
        self.past.back()
    }

    /// The number of the event at which the next waypoint of the newest line is due.
    pub fn next_waypoint(&self) -> u32 {
        let last = self.waypoints.last().map(|(moment, _)| moment);
        last.or(self.past.back()).map_or(u32::MAX, |moment| moment.seq().saturating_add(self.stride))
    }

    /// Keeps a moment in the midst of the newest line. Of too many every second one goes, and they become rarer.
    pub fn waypoint(&mut self, moment: Moment) {
        let typed = self.past.back().map_or(0, |line| line.typed.len());
        self.waypoints.push((moment, typed));
        if self.waypoints.len() > MOST_WAYPOINTS {
            let mut is_kept = false;
            self.waypoints.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
            self.stride = self.stride.saturating_mul(2);
        }
    }

    /// The newest moment of the newest line before which fewer events than `seq` had happened, and what was typed behind
    /// it; none of the line's own if the line has to begin again.
    pub fn waypoint_before(&self, seq: u64) -> Option<(&Moment, &[Option<Vec<u8>>])> {
        let (moment, typed) = self.waypoints.iter().rev().find(|(moment, _)| u64::from(moment.seq()) < seq)?;
        Some((moment, self.past.back()?.typed.get(*typed..)?))
    }

    /// How many lines can be taken back.
    pub fn len(&self) -> usize {
        self.past.len()
    }

    /// Something was typed while the newest line ran.
    pub fn typed(&mut self, typed: Vec<Option<Vec<u8>>>) {
        if let Some(last) = self.past.back_mut() {
            last.typed.extend(typed);
        }
    }

    /// The newest line is as if it had never been: what was before it.
    pub fn forget_last(&mut self) -> Option<Moment> {
        self.waypoints.clear();
        self.past.pop_back()
    }

    /// The moment before the newest line, which is taken back; `now` can be gone forward to.
    pub fn back(&mut self, now: Moment) -> Option<&Moment> {
        self.waypoints.clear();
        let before = self.past.pop_back()?;
        self.future.push((before, now));
        self.future.last().map(|(before, _)| before)
    }

    /// The moment behind the line that was taken back last, and the line.
    pub fn forward(&mut self) -> Option<(Moment, Option<Rc<CompiledLine>>)> {
        self.waypoints.clear();
        let (before, after) = self.future.pop()?;
        let line = before.line.clone();
        self.past.push_back(before);
        Some((after, line))
    }
}
