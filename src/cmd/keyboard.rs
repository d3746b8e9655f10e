//! The keyboard alone: the world of a run of which nobody hears, for what is typed.

use crate::cmd::host::{self, Interrupt, Lines};
use crate::kernel::core::Output;
use crate::system::{Machine, World};
use crate::trace::recorder::{Arena, Numbered};

/// Standard input, for one run after the other.
#[derive(Debug)]
pub struct Keyboard {
    lines: Lines,
    interrupt: Interrupt,
}

impl Keyboard {
    /// Nothing is read before a run asks for it.
    #[must_use]
    pub fn new() -> Self {
        Self { lines: Lines::kept(), interrupt: Interrupt::listen() }
    }

    /// The next run is typed the same.
    pub fn rewind(&mut self) {
        self.lines.rewind();
    }

    /// What the last run is typed, and the Ctrl-C of all of them.
    #[must_use]
    pub fn into_last(self) -> (Lines, Interrupt) {
        (self.lines.for_the_last_time(), self.interrupt)
    }
}

impl World for Keyboard {
    fn output(&mut self, _output: &Output) {}

    fn events(&mut self, _machine: &Machine, _events: &[Numbered], _arena: &Arena) {}

    fn line(&mut self) -> Option<Vec<u8>> {
        self.lines.next(&self.interrupt)
    }

    fn key(&mut self) -> Option<u8> {
        if host::has_keyboard() { None } else { self.lines.key() }
    }

    fn interrupted(&mut self) -> bool {
        self.interrupt.is_set()
    }
}
