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

/// So many lines of a trace are shown beneath a line of the session.
const MOST_LINES: usize = 30;
/// So many are kept, for who wants to see all.
const MOST_KEPT: usize = 10_000;

/// What happened in a line, as text.
#[derive(Default)]
struct Trace {
    text: String,
    lines: usize,
    /// Lines that there was no room for.
    dropped: usize,
}

impl Trace {
    fn push(&mut self, text: &str) {
        let count = text.lines().count();
        if self.lines + count > MOST_KEPT {
            self.dropped += count;
        } else {
            self.lines += count;
            self.text.push_str(text);
        }
    }
}

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
    /// What happened since the line began.
    trace: Trace,
    /// What happened in the line before.
    last: Trace,
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
            trace: Trace::default(),
            last: Trace::default(),
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
        let folded = host::columns().map(|columns| host::fold(text, columns));
        self.closed |= host::tell(folded.as_deref().unwrap_or(text)).is_err();
    }

    /// Writes to standard error, at the margin.
    pub fn say(&mut self, text: &str) {
        if !text.is_empty() {
            self.reach_margin();
            host::say(text);
        }
    }

    /// The terminal has shown a `^C` in the midst of a line.
    pub fn leave_margin(&mut self) {
        self.is_at_margin &= !self.input.is_terminal();
    }

    /// What a program wrote without a newline does not spoil what comes next.
    pub fn reach_margin(&mut self) {
        if !std::mem::replace(&mut self.is_at_margin, true) {
            self.closed |= host::print(b"\n").is_err();
        }
    }

    /// Shows what happened, dimmed; the first lines of it if there are many.
    pub fn show_trace(&mut self) {
        let mut rest = String::new();
        self.renderer.finish(&mut rest);
        if self.shows {
            self.trace.push(&rest);
        }
        self.last = std::mem::take(&mut self.trace);
        if !self.traced || self.silent {
            return;
        }
        let mut text = String::new();
        let dim = anstyle::Style::new().dimmed();
        for line in self.last.text.lines().take(MOST_LINES) {
            text.push_str(&if self.color { format!("{dim}{line}{dim:#}\n") } else { format!("{line}\n") });
        }
        let more = (self.last.lines + self.last.dropped).saturating_sub(MOST_LINES);
        if more > 0 {
            text.push_str(&format!(
                "… {more} more; `:trace last` shows all, `:trace syscall` only calls from now on\n"
            ));
        }
        self.say(&text);
    }

    /// All that happened in the last line.
    #[must_use]
    pub fn last_trace(&self) -> String {
        match self.last.dropped {
            0 => self.last.text.clone(),
            dropped => format!("{}… {dropped} more, which were not kept\n", self.last.text),
        }
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
                self.trace.push(&rest);
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
        self.trace = Trace::default();
        if let Some(columns) = host::columns() {
            self.renderer.set_width(columns);
        }
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
                self.trace.push(&text);
            }
        }
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        if let Some(line) = self.again.pop() {
            return line;
        }
        let line = self.input.for_program(&self.interrupt);
        if self.input.is_terminal() {
            // The terminal has shown the line with its end; without one, it stands behind the prompt of the program.
            self.is_at_margin = line.as_ref().is_some_and(|line| line.ends_with(b"\n"));
        }
        if !self.interrupt.is_set() {
            self.typed.push(line.clone());
        }
        line
    }

    fn interrupted(&mut self) -> bool {
        self.closed || self.interrupt.is_set()
    }
}
