//! Views at moments of a run: at each mark of a script, and when the script ends.
//!
//! They are drawn of the state as it was at the event, however much happened in the same step: a run undoes what came
//! later on a copy of the state, a recorded one is folded up to there. Neither makes an event.

use std::fmt::Write as _;

use crate::base::ids::{MmId, Tid};
use crate::kernel::config::Config;
use crate::kernel::state::State;
use crate::kernel::view::View;
use crate::trace::event::{Event, Note, What};
use crate::trace::recorder::{Arena, Numbered};

/// Which views are drawn, of which machine.
#[derive(Clone, Debug)]
pub struct Views {
    views: Vec<View>,
    config: Config,
}

impl Views {
    /// These views of a machine that is configured so.
    #[must_use]
    pub fn new(views: Vec<View>, config: &Config) -> Self {
        Self { views, config: config.clone() }
    }

    /// What is drawn at one of the events of a step, behind which the state is this; the events are complete. None if
    /// nothing is.
    #[must_use]
    pub fn at(&self, state: &State, events: &[Numbered], index: usize, arena: &Arena) -> Option<String> {
        let event = &events[index].event;
        let title = self.title(event, arena)?;
        let mut state = state.clone();
        for later in events[index + 1..].iter().rev() {
            if let What::Change(change) = &later.event.what {
                state.apply(&change.inverse(), arena);
            }
        }
        Some(self.draw(&state, event, &title))
    }

    /// What is drawn of a whole run, whose events these are from the start on.
    #[must_use]
    pub fn of_run(&self, events: &[Numbered], arena: &Arena) -> String {
        let mut text = String::new();
        if self.views.is_empty() {
            return text;
        }
        let mut state = State::switched_on(&self.config);
        for Numbered { event, .. } in events {
            if let What::Change(change) = &event.what {
                state.apply(change, arena);
            }
            if let Some(title) = self.title(event, arena) {
                text.push_str(&self.draw(&state, event, &title));
            }
        }
        text
    }

    /// What a drawing is called, if there is one at this event.
    fn title(&self, event: &Event, arena: &Arena) -> Option<String> {
        if self.views.is_empty() {
            return None;
        }
        match event.what {
            What::Note(Note::Mark { text }) => Some(format!("mark: {}", String::from_utf8_lossy(arena.get(text)))),
            What::Note(Note::Exited { .. }) if event.task == self.script() => Some("the script ends".to_owned()),
            What::Note(_) | What::Change(_) | What::Choice(_) => None,
        }
    }

    /// The first task of the script: init makes it before all others.
    fn script(&self) -> Tid {
        Tid(if self.config.script_is_init { 1 } else { 2 })
    }

    fn draw(&self, state: &State, event: &Event, title: &str) -> String {
        let mm: Option<MmId> = state.tasks.get(&event.task).and_then(|task| task.mm);
        let mut text = format!("── {title}\n");
        for view in &self.views {
            let drawing = view.draw(state, &self.config, mm);
            let _ = writeln!(text, "{drawing}");
        }
        text
    }
}
