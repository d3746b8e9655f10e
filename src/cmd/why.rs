//! `ring3 why`: the chain of causes of an event.

use std::process::ExitCode;

use crate::cmd::args::Why;
use crate::cmd::host::{self, Interrupt, Lines};
use crate::cmd::{Error, run, settings, source, status};
use crate::kernel::config::Replacement;
use crate::kernel::core::Output;
use crate::system::{Machine, Options, World, rehearse};
use crate::trace::chain::{Causes, Teller, told};
use crate::trace::recorder::{Arena, Numbered, Recording};

/// Tells why an event of a script's run happened.
///
/// The script runs twice up to the event: what is kept of the first run is a number an event, so that long runs fit.
///
/// # Errors
/// [`Error`] if the host fails, an argument makes no sense, or there is no such event.
pub fn why(why: &Why) -> Result<ExitCode, Error> {
    let color = host::wants_color(why.color);
    let Some(script) = source::read(&why.file, color)? else { return Ok(ExitCode::from(status::USAGE)) };
    let Some((compiled, mut config, mut choices)) = source::compile(script, color) else {
        return Ok(ExitCode::from(status::USAGE));
    };
    settings::from_flags(&why.machine, &mut config, &mut choices)?;
    let (args, files) = (why.args.clone(), run::files(&why.machine.files)?);
    let recording = Recording::State;
    let mut options = Options { config, args, files, choices, recording, references: None };
    let mut world = Watcher::new(Some(why.event));
    if options.config.replacement == Replacement::Opt {
        options.references = Some(rehearse(&compiled, &options, &mut world)?);
        world = world.again(None);
    }
    let _ = Machine::start(&compiled, &options)?.run(&mut world);
    let causes = world.causes.take().unwrap_or_default();
    let chain = causes.chain(why.event);
    if chain.is_empty() {
        let last = causes.len().saturating_sub(1);
        let why = format!("there is no event {}: the run has those from 0 to {last}", why.event);
        return Err(Error::Usage(why));
    }
    let mut machine = Machine::start(&compiled, &options)?;
    let mut teller = Teller::new(&chain);
    for (ino, debug) in machine.programs() {
        teller.learn(ino, debug.clone());
    }
    let mut world = world.again(Some(teller));
    let _ = machine.run(&mut world);
    let links = world.teller.map(|teller| teller.links()).unwrap_or_default();
    if host::tell(&told(&links)).is_err() {
        return Ok(ExitCode::from(status::PIPE_CLOSED));
    }
    Ok(ExitCode::SUCCESS)
}

/// A world that looks at events up to one of them, and keeps what was typed for the next run.
struct Watcher {
    causes: Option<Causes>,
    teller: Option<Teller>,
    until: Option<u32>,
    passed: bool,
    lines: Lines,
    read: Vec<u8>,
    interrupt: Interrupt,
}

impl Watcher {
    fn new(until: Option<u32>) -> Self {
        let (lines, read, interrupt) = (Lines::new(), Vec::new(), Interrupt::listen());
        Self { causes: Some(Causes::default()), teller: None, until, passed: false, lines, read, interrupt }
    }

    /// The same once more: with a teller, or to look for causes.
    fn again(self, teller: Option<Teller>) -> Self {
        let causes = if teller.is_some() { None } else { Some(Causes::default()) };
        let lines = Lines::beginning_with(self.read);
        Self { causes, teller, lines, read: Vec::new(), passed: false, until: self.until, interrupt: self.interrupt }
    }
}

impl World for Watcher {
    fn output(&mut self, _output: &Output) {}

    fn events(&mut self, _machine: &Machine, events: &[Numbered], arena: &Arena) {
        for event in events {
            if let Some(causes) = &mut self.causes {
                causes.push(event, arena);
            }
            if let Some(teller) = &mut self.teller {
                teller.push(event, arena);
            }
        }
        self.passed |= events.last().zip(self.until).is_some_and(|(last, until)| last.seq > until);
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let line = self.lines.next(&self.interrupt)?;
        self.read.extend_from_slice(&line);
        Some(line)
    }

    fn interrupted(&mut self) -> bool {
        self.passed || self.interrupt.is_set()
    }
}
