//! The lines of a session as a way that can be gone back and forth: before each line all that there is was kept.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::cmd::repl::screen::Screen;
use crate::lang::session::CompiledLine;
use crate::system::live::{Live, Saved};
use crate::trace::render::Renderer;

/// So many lines can be taken back.
const MOST: usize = 1000;

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
}

impl Timeline {
    /// A line begins behind this moment.
    pub fn push(&mut self, before: Moment) {
        self.future.clear();
        if self.past.len() == MOST {
            let _ = self.past.pop_front();
        }
        self.past.push_back(before);
    }

    /// The moment before the newest line.
    pub fn last(&self) -> Option<&Moment> {
        self.past.back()
    }

    /// Something was typed while the newest line ran.
    pub fn typed(&mut self, typed: Vec<Option<Vec<u8>>>) {
        if let Some(last) = self.past.back_mut() {
            last.typed.extend(typed);
        }
    }

    /// The newest line is as if it had never been: what was before it.
    pub fn forget_last(&mut self) -> Option<Moment> {
        self.past.pop_back()
    }

    /// The moment before the newest line, which is taken back; `now` can be gone forward to.
    pub fn back(&mut self, now: Moment) -> Option<&Moment> {
        let before = self.past.pop_back()?;
        self.future.push((before, now));
        self.future.last().map(|(before, _)| before)
    }

    /// The moment behind the line that was taken back last, and the line.
    pub fn forward(&mut self) -> Option<(Moment, Option<Rc<CompiledLine>>)> {
        let (before, after) = self.future.pop()?;
        let line = before.line.clone();
        self.past.push_back(before);
        Some((after, line))
    }
}
