//! A watched run: a script runs to its end, and what it writes, what happens and what is drawn is kept, within bounds.

#![expect(clippy::disallowed_types, reason = "a test that takes too long is stopped, by the clock of the host")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::abi::errno::Errno;
use crate::abi::signal::Signal;
use crate::abi::sysno::Sysno;
use crate::cmd::test::expectation::{Kind, one_blank};
use crate::cmd::test::matching::Item;
use crate::cmd::test::script::Ready;
use crate::kernel::config::Replacement;
use crate::kernel::core::Output;
use crate::kernel::outcome::Outcome;
use crate::kernel::view::View;
use crate::system::views::Views;
use crate::system::{Machine, Options, Typed, World, rehearse};
use crate::trace::event::{CALLED_AGAIN, Note, What};
use crate::trace::filter::Filter;
use crate::trace::recorder::{Arena, Numbered, Recording};
use crate::trace::render::{self, Head, Renderer};

/// The most bytes of output, and of each text that is made of the trace.
const MOST: usize = 16 << 20;

/// What is to be seen of a run.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// What is typed.
    pub input: Vec<u8>,
    /// The trace, filtered so.
    pub trace: Option<Filter>,
    /// What is drawn.
    pub views: Vec<View>,
    /// What happens, as expectations see it; the trace filtered so.
    pub watched: Option<Filter>,
    /// How long it may take, by the clock of the host.
    pub patience: Duration,
}

/// Why a run was stopped before its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// It took too long.
    Late,
    /// There was too much of something.
    Much(&'static str),
}

/// What was seen of a run.
pub struct Seen {
    /// How it ended.
    pub outcome: Outcome,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Both, in the order in which they were written.
    pub terminal: Vec<u8>,
    /// The trace, if it was asked for.
    pub trace: Option<String>,
    /// The drawings.
    pub views: String,
    /// What happened, if it was asked for.
    pub items: Vec<Item>,
    /// The machine as it was left.
    pub machine: Machine,
    /// Why it was stopped.
    pub stopped: Option<Stopped>,
}

/// Runs a script; under the policy `opt` twice.
///
/// # Errors
/// Why the machine does not start.
pub fn run(ready: &Ready, options: &Options, ask: &Ask) -> Result<Seen, String> {
    let recording = match (&ask.trace, &ask.watched) {
        (None, None) if ask.views.is_empty() => Recording::Off,
        (Some(filter), _) | (_, Some(filter)) if filter.wants_mem() => Recording::All,
        (None | Some(_), None | Some(_)) => Recording::State,
    };
    let mut options = Options { recording, ..options.clone() };
    if options.config.replacement == Replacement::Opt && options.references.is_none() {
        let blind = Ask { input: ask.input.clone(), patience: ask.patience, ..Ask::default() };
        let mut first = Watcher::new(&blind);
        let references = rehearse(&ready.compiled, &options, &mut first).map_err(|error| error.to_string())?;
        options.references = Some(references);
    }
    let mut machine = Machine::start(&ready.compiled, &options).map_err(|error| error.to_string())?;
    let mut watcher = Watcher::new(ask);
    watcher.learn(&machine);
    let outcome = machine.run(&mut watcher);
    Ok(watcher.seen(machine, outcome))
}

/// A world that types, and stops what takes too long.
#[must_use]
pub fn typist(input: &[u8], patience: Duration) -> impl World {
    Watcher::new(&Ask { input: input.to_vec(), patience, ..Ask::default() })
}

/// A renderer and what it has written.
struct Text {
    renderer: Renderer,
    text: String,
}

impl Text {
    fn new(filter: Filter) -> Self {
        let options = render::Options { format: render::Format::Text, filter, color: false };
        Self { renderer: Renderer::new(options), text: String::new() }
    }
}

/// The world of a watched run.
struct Watcher {
    input: Typed,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    terminal: Vec<u8>,
    trace: Option<Text>,
    watched: Option<Text>,
    items: Vec<Item>,
    /// Of standard output and standard error, whether the last line goes on.
    open: [Option<usize>; 2],
    asked_views: Vec<View>,
    views: Option<Views>,
    drawn: String,
    begun: Instant,
    patience: Duration,
    stopped: Option<Stopped>,
}

impl Watcher {
    fn new(ask: &Ask) -> Self {
        Self {
            input: Typed(ask.input.clone()),
            stdout: Vec::new(),
            stderr: Vec::new(),
            terminal: Vec::new(),
            trace: ask.trace.clone().map(Text::new),
            watched: ask.watched.clone().map(Text::new),
            items: Vec::new(),
            open: [None; 2],
            asked_views: ask.views.clone(),
            views: None,
            drawn: String::new(),
            begun: Instant::now(),
            patience: ask.patience,
            stopped: None,
        }
    }

    fn learn(&mut self, machine: &Machine) {
        for text in [&mut self.trace, &mut self.watched].into_iter().flatten() {
            for (ino, debug) in machine.programs() {
                text.renderer.learn(ino, debug.clone());
            }
        }
        if !self.asked_views.is_empty() {
            self.views = Some(Views::new(self.asked_views.clone(), &machine.kernel().config));
        }
    }

    fn seen(mut self, machine: Machine, outcome: Outcome) -> Seen {
        if let Some(watched) = &mut self.watched {
            watched.renderer.finish(&mut watched.text);
            take_entries(&mut watched.text, &mut self.items);
        }
        for open in self.open.into_iter().flatten() {
            self.items[open].text = one_blank(&self.items[open].text);
        }
        // Entries that were held back come late; what an event wrote stands behind the event.
        self.items.sort_by_key(|item| item.seq);
        let trace = self.trace.map(|mut trace| {
            trace.renderer.finish(&mut trace.text);
            trace.text
        });
        Seen {
            outcome,
            stdout: self.stdout,
            stderr: self.stderr,
            terminal: self.terminal,
            trace,
            views: self.drawn,
            items: self.items,
            machine,
            stopped: self.stopped,
        }
    }

    /// What an event is to an expectation beside an entry of the trace.
    fn note(&mut self, numbered: &Numbered, line: Option<u32>, arena: &Arena) {
        let What::Note(note) = &numbered.event.what else { return };
        let seq = numbered.seq;
        let mut add = |kind, text| self.items.push(Item { seq, line, kind, text });
        let signal = |number: u8| Signal(number).to_string();
        #[expect(clippy::wildcard_enum_match_arm, reason = "most events are seen as entries of the trace only")]
        match *note {
            Note::SyscallExit { nr, result, .. } if (-4095..0).contains(&result) && result != CALLED_AGAIN => {
                let errno = Errno(result.unsigned_abs() as u16);
                add(Kind::Errno, format!("{} {}", Sysno(nr).name().unwrap_or("?"), errno.name()));
            }
            Note::SignalSent { signal: number, .. } => add(Kind::Signal, format!("{} sent", signal(number))),
            Note::SignalTaken { signal: number, .. } => add(Kind::Signal, format!("{} taken", signal(number))),
            Note::Print { stream, text } => self.lines(stream, arena.get(text), seq, line),
            _ => {}
        }
    }

    /// The lines of a stream; one that is written piece by piece happens where it begins.
    fn lines(&mut self, stream: u8, bytes: &[u8], seq: u32, line: Option<u32>) {
        let kind = if stream == 2 { Kind::Err } else { Kind::Out };
        let open = &mut self.open[usize::from(stream == 2)];
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let text = String::from_utf8_lossy(piece);
            let at = *open.get_or_insert_with(|| {
                self.items.push(Item { seq, line, kind, text: String::new() });
                self.items.len() - 1
            });
            self.items[at].text.push_str(&text);
            if piece.ends_with(b"\n") {
                self.items[at].text = one_blank(&self.items[at].text);
                *open = None;
            }
        }
    }

    fn check_bounds(&mut self) {
        let most = |text: &Option<Text>| text.as_ref().is_some_and(|text| text.text.len() > MOST);
        if most(&self.trace) {
            self.stopped = Some(Stopped::Much("trace"));
        } else if self.terminal.len() > MOST {
            self.stopped = Some(Stopped::Much("output"));
        } else if self.drawn.len() > MOST {
            self.stopped = Some(Stopped::Much("views"));
        } else if self.items.len() > MOST / 64 {
            self.stopped = Some(Stopped::Much("events for expectations"));
        }
    }
}

/// Moves the entries of a text to the items.
fn take_entries(text: &mut String, items: &mut Vec<Item>) {
    let mut entry: Option<Item> = None;
    for line in text.lines() {
        match (Head::of(line), &mut entry) {
            (Some(head), _) => {
                let text = one_blank(&format!("{} {}", head.task, head.text));
                let next = Item { seq: head.seq, line: head.line, kind: Kind::Trace, text };
                items.extend(entry.replace(next));
            }
            (None, Some(entry)) => {
                let _ = write!(entry.text, " {}", one_blank(line));
            }
            (None, None) => {}
        }
    }
    items.extend(entry);
    text.clear();
}

impl World for Watcher {
    fn output(&mut self, output: &Output) {
        let stream = if output.stream == 2 { &mut self.stderr } else { &mut self.stdout };
        stream.extend_from_slice(&output.bytes);
        self.terminal.extend_from_slice(&output.bytes);
        self.check_bounds();
    }

    fn events(&mut self, machine: &Machine, events: &[Numbered], arena: &Arena) {
        for (index, numbered) in events.iter().enumerate() {
            if let Some(trace) = &mut self.trace {
                trace.renderer.push(numbered, arena, &mut trace.text);
            }
            if let Some(watched) = &mut self.watched {
                watched.renderer.push(numbered, arena, &mut watched.text);
                let line = watched.renderer.own_line();
                take_entries(&mut watched.text, &mut self.items);
                self.note(numbered, line, arena);
            }
            if let Some(views) = &self.views {
                self.drawn.extend(views.at(machine.kernel().state(), events, index, arena));
            }
        }
        self.check_bounds();
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        self.input.line()
    }

    fn key(&mut self) -> Option<u8> {
        self.input.key()
    }

    fn interrupted(&mut self) -> bool {
        if self.stopped.is_none() && self.begun.elapsed() > self.patience {
            self.stopped = Some(Stopped::Late);
        }
        self.stopped.is_some()
    }
}
