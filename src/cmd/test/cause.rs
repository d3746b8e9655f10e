//! Causes: the chain of events that made an event happen.

use crate::cmd::test::script::Ready;
use crate::kernel::core::Output;
use crate::kernel::vfs::console;
use crate::system::{Machine, Options, World};
use crate::trace::filter::Filter;
use crate::trace::recorder::{Arena, Numbered, Recording};
use crate::trace::render::{self, Head, Renderer};

/// The longest chain that is told.
const LONGEST: usize = 6;
/// Behind so many events nothing is looked for.
const MOST: u32 = 1 << 20;

/// The numbers of the event, of what caused it, of what caused that, and so on; events are in the order of their numbers.
#[must_use]
pub fn chain(events: &[Numbered], seq: u32) -> Vec<u32> {
    let mut chain = vec![seq];
    let mut at = seq;
    while let Ok(place) = events.binary_search_by_key(&at, |numbered| numbered.seq) {
        match events[place].event.because.checked_sub(1) {
            Some(cause) if cause < at && chain.len() < LONGEST => {
                chain.push(cause);
                at = cause;
            }
            Some(_) | None => break,
        }
    }
    chain
}

/// The chain of an event of a run, a line an event; empty if nothing caused it or it can not be found out.
#[must_use]
pub fn told(ready: &Ready, options: &Options, input: &[u8], seq: u32) -> String {
    if seq > MOST {
        return String::new();
    }
    let options = Options { recording: Recording::State, ..options.clone() };
    let Ok(mut machine) = Machine::start(&ready.compiled, &options) else { return String::new() };
    let mut again = Again { input: input.to_vec(), events: Vec::new(), arena: Arena::default(), until: seq };
    let _ = machine.run(&mut again);
    let chain = chain(&again.events, seq);
    if chain.len() < 2 {
        return String::new();
    }
    let options = render::Options { format: render::Format::Text, filter: Filter::everything(), color: false };
    let mut renderer = Renderer::new(options);
    for (ino, debug) in machine.programs() {
        renderer.learn(ino, debug.clone());
    }
    let (mut text, mut told) = (String::new(), String::new());
    for numbered in &again.events {
        renderer.push(numbered, &again.arena, &mut text);
    }
    renderer.finish(&mut text);
    for cause in &chain[1..] {
        let line = text.lines().find(|line| Head::of(line).is_some_and(|head| head.seq == *cause));
        if let Some(head) = line.and_then(Head::of) {
            let place = head.line.map_or_else(String::new, |line| format!(" at line {line}"));
            told.push_str(&format!("  because of #{cause}{place}: {} {}\n", head.task, one_line(head.text)));
        }
    }
    told
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A run that is done again, up to an event.
struct Again {
    input: Vec<u8>,
    events: Vec<Numbered>,
    arena: Arena,
    until: u32,
}

impl World for Again {
    fn output(&mut self, _output: &Output) {}

    fn events(&mut self, _machine: &Machine, events: &[Numbered], arena: &Arena) {
        self.arena.append(arena, events, &mut self.events);
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let line: Vec<u8> = self.input.drain(..console::piece(&self.input)).collect();
        (!line.is_empty()).then_some(line)
    }

    fn key(&mut self) -> Option<u8> {
        let key = *self.input.first()?;
        let _ = console::signal_of(key)?;
        Some(self.input.remove(0))
    }

    fn interrupted(&mut self) -> bool {
        self.events.last().is_some_and(|last| last.seq >= self.until)
    }
}
