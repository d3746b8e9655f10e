//! What a person sees of a line while it runs: what it writes, and then what happened.

use std::io::Write as _;

use crate::base::ids::Tid;
use crate::cmd::host::{self, Interrupt};
use crate::cmd::repl::input::Input;
use crate::kernel::core::Output;
use crate::system::live::{BEGINS, HAS_ENDED};
use crate::system::{Machine, World};
use crate::trace::event::{Note, What};
use crate::trace::filter::Filter;
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::render::{Format, Options, Renderer};

/// So many lines of a trace are shown of one line of the session.
const MOST_LINES: usize = 30;

/// The world of a live machine.
pub struct Screen {
    pub renderer: Renderer,
    /// Whether what happens is shown.
    pub traced: bool,
    pub color: bool,
    pub input: Input,
    pub interrupt: Interrupt,
    /// The thread that runs the lines.
    pub main: Tid,
    /// What happened since the line began, as text.
    trace: String,
    /// Whether events belong to the line, and not to the loader.
    shows: bool,
    /// Whether the line is over, and only others go on.
    is_over: bool,
    /// Whether output of the machine is thrown away: it was shown before.
    pub silent: bool,
    /// Whether what was written last ended with a newline.
    is_at_margin: bool,
    /// Nobody reads any more.
    pub closed: bool,
    /// What was typed for programs since somebody took it.
    typed: Vec<Option<Vec<u8>>>,
    /// What is typed again, the next one last.
    again: Vec<Option<Vec<u8>>>,
}

impl Screen {
    pub fn new(filter: Filter, traced: bool, color: bool, input: Input) -> Self {
        Self {
            renderer: renderer(filter),
            traced,
            color,
            input,
            interrupt: Interrupt::listen(),
            main: Tid(0),
            trace: String::new(),
            shows: false,
            is_over: false,
            silent: false,
            is_at_margin: true,
            closed: false,
            typed: Vec::new(),
            again: Vec::new(),
        }
    }

    /// Writes to standard output, at the margin.
    pub fn print(&mut self, text: &str) {
        self.reach_margin();
        self.closed |= host::print(text.as_bytes()).is_err();
    }

    /// Writes to standard error, at the margin.
    pub fn say(&mut self, text: &str) {
        if !text.is_empty() {
            self.reach_margin();
            host::say(text);
        }
    }

    /// What a program wrote without a newline does not spoil what comes next.
    pub fn reach_margin(&mut self) {
        if !std::mem::replace(&mut self.is_at_margin, true) {
            self.closed |= host::print(b"\n").is_err();
        }
    }

    /// Shows what happened, dimmed.
    pub fn show_trace(&mut self) {
        let mut rest = String::new();
        self.renderer.finish(&mut rest);
        if self.shows {
            self.trace.push_str(&rest);
        }
        let trace = std::mem::take(&mut self.trace);
        if !self.traced || self.silent {
            return;
        }
        let count = trace.lines().count();
        let mut text = String::new();
        let dim = anstyle::Style::new().dimmed();
        for line in trace.lines().take(MOST_LINES) {
            text.push_str(&if self.color { format!("{dim}{line}{dim:#}\n") } else { format!("{line}\n") });
        }
        if count > MOST_LINES {
            text.push_str(&format!(
                "… {} lines more; `:trace task` or another filter shows fewer\n",
                count - MOST_LINES
            ));
        }
        self.say(&text);
    }

    /// Whether an event is the loader's word that a line begins or has ended.
    fn follow(&mut self, event: &Numbered, arena: &Arena) -> bool {
        let What::Note(Note::Mark { text }) = event.event.what else { return false };
        let text = arena.get(text);
        if text != BEGINS && text != HAS_ENDED {
            return false;
        }
        if event.event.task == self.main {
            let mut rest = String::new();
            self.renderer.finish(&mut rest);
            if self.shows {
                self.trace.push_str(&rest);
            }
            // What others do after the line has ended belongs to it, too.
            self.shows = text == BEGINS;
            self.is_over = text == HAS_ENDED;
        }
        true
    }

    /// What programs were given to read since the last time.
    pub fn take_typed(&mut self) -> Vec<Option<Vec<u8>>> {
        std::mem::take(&mut self.typed)
    }

    /// Programs that read get this once more.
    pub fn type_again(&mut self, typed: &[Option<Vec<u8>>]) {
        self.again = typed.iter().rev().cloned().collect();
    }

    /// From now on events are shown, or are not.
    pub fn set_shows(&mut self, shows: bool) {
        self.shows = shows;
        self.is_over = false;
        self.trace.clear();
    }
}

/// A renderer of the digest, or of what a filter wants.
pub fn renderer(filter: Filter) -> Renderer {
    Renderer::new(Options { format: Format::Text, filter, color: false })
}

impl World for Screen {
    fn output(&mut self, output: &Output) {
        if self.silent {
            return;
        }
        let written =
            if output.stream == 2 { std::io::stderr().write_all(&output.bytes) } else { host::print(&output.bytes) };
        self.closed |= written.is_err();
        if let Some(&last) = output.bytes.last() {
            self.is_at_margin = last == b'\n';
        }
    }

    fn events(&mut self, _machine: &Machine, events: &[Numbered], arena: &Arena) {
        for event in events {
            if self.follow(event, arena) {
                continue;
            }
            let mut text = String::new();
            self.renderer.push(event, arena, &mut text);
            // After the line only the others are of interest, not the loader.
            if self.shows || self.is_over && event.event.task != self.main {
                self.trace.push_str(&text);
            }
        }
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        if let Some(line) = self.again.pop() {
            return line;
        }
        self.reach_margin();
        let line = self.input.for_program(&self.interrupt);
        self.typed.push(line.clone());
        line
    }

    fn interrupted(&mut self) -> bool {
        self.closed || self.interrupt.is_set()
    }
}
