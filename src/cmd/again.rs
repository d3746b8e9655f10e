//! A run that is done again and again: to find the causes of an event, and then to put them into words.
//!
//! What is kept of the first run is a number an event, so that long runs fit. What was typed in the first run is typed
//! in each, at the same moments.

use std::collections::BTreeMap;

use crate::kernel::config::Replacement;
use crate::kernel::core::Output;
use crate::lang::pipeline::Compiled;
use crate::system::{Machine, Options, StartError, World, rehearse};
use crate::trace::chain::{Causes, Teller, told};
use crate::trace::recorder::{Arena, Numbered, Recording};

/// A run of a script, and what was typed for it.
pub struct Again<'a> {
    compiled: &'a Compiled,
    options: Options,
    /// Who is asked for what is typed, and whether to stop; what happens it is not told.
    typist: &'a mut dyn World,
    lines: Vec<Vec<u8>>,
    /// Keys by how often somebody had looked for one before.
    keys: BTreeMap<u64, u8>,
    /// How often somebody has looked for a key.
    looked: u64,
}

impl<'a> Again<'a> {
    /// A run of a script; the policy `opt` looks ahead in one more.
    ///
    /// # Errors
    /// [`StartError`] if the machine does not start.
    pub fn new(compiled: &'a Compiled, options: &Options, typist: &'a mut dyn World) -> Result<Self, StartError> {
        let options = Options { recording: Recording::State, ..options.clone() };
        let mut again = Self { compiled, options, typist, lines: Vec::new(), keys: BTreeMap::new(), looked: 0 };
        if again.options.config.replacement == Replacement::Opt && again.options.references.is_none() {
            let options = again.options.clone();
            let references = rehearse(compiled, &options, &mut Pass::new(&mut again, Look::Nowhere, u32::MAX))?;
            again.options.references = Some(references);
        }
        Ok(again)
    }

    /// The causes of its events up to one of them.
    ///
    /// # Errors
    /// [`StartError`] if the machine does not start.
    pub fn causes(&mut self, until: u32) -> Result<Causes, StartError> {
        let mut causes = Causes::default();
        let mut machine = Machine::start(self.compiled, &self.options)?;
        let _ = machine.run(&mut Pass::new(self, Look::Causes(&mut causes), until));
        Ok(causes)
    }

    /// A chain of its events in words.
    ///
    /// # Errors
    /// [`StartError`] if the machine does not start.
    pub fn told(&mut self, chain: &[u32]) -> Result<String, StartError> {
        let mut teller = Teller::new(chain);
        let mut machine = Machine::start(self.compiled, &self.options)?;
        for (ino, debug) in machine.programs() {
            teller.learn(ino, debug.clone());
        }
        // What a task awaits that falls asleep is told behind that.
        let until = chain.iter().max().map_or(0, |last| last.saturating_add(8));
        let _ = machine.run(&mut Pass::new(self, Look::Teller(&mut teller), until));
        Ok(told(&teller.links()))
    }
}

/// What is made of the events of a pass.
enum Look<'a> {
    Nowhere,
    Causes(&'a mut Causes),
    Teller(&'a mut Teller),
}

/// The world of one of the runs.
struct Pass<'a, 'b> {
    again: &'a mut Again<'b>,
    look: Look<'a>,
    until: u32,
    over: bool,
    /// How many lines it has had, and how often it has looked for a key.
    lines: usize,
    looked: u64,
}

impl<'a, 'b> Pass<'a, 'b> {
    fn new(again: &'a mut Again<'b>, look: Look<'a>, until: u32) -> Self {
        Self { again, look, until, over: false, lines: 0, looked: 0 }
    }
}

impl World for Pass<'_, '_> {
    fn output(&mut self, _output: &Output) {}

    fn events(&mut self, _machine: &Machine, events: &[Numbered], arena: &Arena) {
        match &mut self.look {
            Look::Nowhere => {}
            Look::Causes(causes) => events.iter().for_each(|event| causes.push(event, arena)),
            Look::Teller(teller) => events.iter().for_each(|event| teller.push(event, arena)),
        }
        self.over |= events.last().is_some_and(|last| last.seq > self.until);
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        if self.lines == self.again.lines.len() {
            let line = self.again.typist.line()?;
            self.again.lines.push(line);
        }
        self.lines += 1;
        self.again.lines.get(self.lines - 1).cloned()
    }

    fn key(&mut self) -> Option<u8> {
        // The run that looks ahead is another one, whose keys come at other moments.
        if matches!(self.look, Look::Nowhere) {
            return None;
        }
        let this = self.looked;
        self.looked += 1;
        if this < self.again.looked {
            return self.again.keys.get(&this).copied();
        }
        self.again.looked = self.looked;
        let key = self.again.typist.key()?;
        let _ = self.again.keys.insert(this, key);
        Some(key)
    }

    fn interrupted(&mut self) -> bool {
        self.over || self.again.typist.interrupted()
    }
}
