//! `ring3 run`: compiles a script, runs it on a machine, and shows what it writes and what happens.

pub mod args;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::abi::wait::ExitStatus;
use crate::base::ids::Tid;
use crate::base::span::SourceFile;
use crate::cmd::host::{self, Interrupt, Lines};
use crate::cmd::keyboard::Keyboard;
use crate::cmd::run::args::{Format, Run, View};
use crate::cmd::{Error, races, report, settings, source, status};
use crate::kernel::config::Replacement;
use crate::kernel::core::Output;
use crate::kernel::outcome::Outcome;
use crate::kernel::task::exit::INIT;
use crate::kernel::view::page_table;
use crate::system::views::Views;
use crate::system::{Machine, Options, World, rehearse};
use crate::trace::event::{Note, What};
use crate::trace::filter::Filter;
use crate::trace::recorder::{Arena, Numbered, Recording};
use crate::trace::render::{self, Renderer, Summary};

/// Files that a script is given may be this large.
const FILE_BYTES: u64 = 64 << 20;

/// Runs a script; the exit status is the script's own.
///
/// # Errors
/// [`Error`] if the host fails or an argument makes no sense.
pub fn run(run: &Run) -> Result<ExitCode, Error> {
    let color = host::wants_color(run.color);
    let filter: Filter = match &run.trace {
        Some(text) => text.parse().map_err(|error| Error::Usage(format!("--trace: {error}")))?,
        None => Filter::default(),
    };
    if run.format != Format::Text && !run.view.is_empty() {
        let why = "--view: drawings stand between the lines of a text, and the trace is to be another format";
        return Err(Error::Usage(why.to_owned()));
    }
    let Some(script) = script(run, color)? else { return Ok(ExitCode::from(status::USAGE)) };
    let Some((compiled, mut config, mut choices)) = source::compile(script, color) else {
        return Ok(ExitCode::from(status::USAGE));
    };
    settings::from_flags(&run.machine, &mut config, &mut choices)?;
    let asked = run.trace.is_some() || run.output.is_some() || run.format != Format::Text;
    let traced = asked || run.show.is_some() || !run.view.is_empty();
    let recording = match (traced || run.summary, filter.wants_mem()) {
        (false, _) => Recording::Off,
        (true, false) => Recording::State,
        (true, true) => Recording::All,
    };
    let (args, files) = (run.args.clone(), files(&run.machine.files)?);
    let mut options = Options { config, args, files, choices, recording, references: None };
    let mut keyboard = Keyboard::new();
    if options.config.replacement == Replacement::Opt {
        options.references = Some(rehearse(&compiled, &options, &mut keyboard)?);
    }
    let mut machine = Machine::start(&compiled, &options)?;
    machine.kernel_mut().races = run.races.then(Box::default);
    let sink = run.output.as_deref().map(sink).transpose()?;
    let mut terminal = Terminal::new(run, filter, color, traced, sink, &machine);
    (terminal.lines, terminal.interrupt) = keyboard.into_last();
    let outcome = machine.run(&mut terminal);
    terminal.finish(&machine, &outcome);
    Ok(terminal.exit_code(&outcome))
}

/// The script's text; none if it can not be one, which has been told.
fn script(run: &Run, color: bool) -> Result<Option<SourceFile>, Error> {
    if let Some(code) = &run.code {
        return Ok(Some(SourceFile { name: "<command line>".to_owned(), text: code.clone() }));
    }
    let path = run.file.as_deref().unwrap_or(Path::new("-"));
    source::read(path, color)
}

/// The host's files that the script is given, each as `HOST:SIM`.
pub fn files(arguments: &[String]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let split = |argument: &String| {
        let usage = || Error::Usage(format!("--file {argument}: HOST:SIM is wanted, as `notes.txt:/tmp/notes.txt`"));
        let (host, sim) = argument.rsplit_once(':').ok_or_else(usage)?;
        Ok((sim.to_owned(), source::read_bytes(Path::new(host), FILE_BYTES)?))
    };
    arguments.iter().map(split).collect()
}

/// A file for the trace.
fn sink(path: &Path) -> Result<BufWriter<File>, Error> {
    #[expect(clippy::disallowed_methods, reason = "the user asked for this file")]
    let file = File::create(path).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    Ok(BufWriter::new(file))
}

/// The world of a run on the command line.
struct Terminal {
    renderer: Option<Renderer>,
    summary: Option<Summary>,
    show: Option<View>,
    views: Views,
    /// Where the trace goes; none for standard error.
    sink: Option<BufWriter<File>>,
    text: String,
    color: bool,
    keyboard: bool,
    lines: Lines,
    interrupt: Interrupt,
    /// A stream could not be written: the run is over.
    closed: bool,
    /// Races were found.
    raced: bool,
}

impl Terminal {
    fn new(
        run: &Run,
        filter: Filter,
        color: bool,
        traced: bool,
        sink: Option<BufWriter<File>>,
        machine: &Machine,
    ) -> Self {
        let pids = if run.output.is_some() { render::Pids::Always } else { render::Pids::WhenSeveral };
        let format = match run.format {
            Format::Text => render::Format::Text,
            Format::Jsonl => render::Format::Jsonl,
            Format::Strace => render::Format::Strace(pids),
        };
        let color_trace = color && run.output.is_none();
        let mut renderer = traced.then(|| Renderer::new(render::Options { format, filter, color: color_trace }));
        if let Some(renderer) = &mut renderer {
            for (ino, debug) in machine.programs() {
                renderer.learn(ino, debug.clone());
            }
            if let (None, Some(columns)) = (&sink, host::columns()) {
                renderer.set_width(columns);
            }
        }
        Self {
            renderer,
            summary: run.summary.then(Summary::default),
            show: run.show,
            views: Views::new(run.view.clone(), &machine.kernel().config),
            sink,
            text: String::new(),
            color,
            keyboard: host::has_keyboard(),
            lines: Lines::new(),
            interrupt: Interrupt::listen(),
            closed: false,
            raced: false,
        }
    }

    fn write_trace(&mut self) {
        let written = match &mut self.sink {
            Some(file) => file.write_all(self.text.as_bytes()),
            None => host::say_if_open(&self.text),
        };
        self.closed |= written.is_err();
        self.text.clear();
    }

    /// What a person wants to see when a process has forked; boot's fork of the script is not shown.
    fn draw(&self, machine: &Machine, what: &What) -> Option<String> {
        let (Some(View::PageTables), What::Note(Note::Cloned { child, .. })) = (self.show, what) else { return None };
        let state = machine.kernel().state();
        let parent = state.process(state.tasks.get(child)?.tgid).parent;
        if parent == INIT && !machine.kernel().config.script_is_init {
            return None;
        }
        let space = state.tasks.get(&Tid(parent.0))?.mm?;
        Some(page_table::side_by_side(state, space, state.tasks.get(child)?.mm?))
    }

    /// The end of the run: what is held back, what went wrong, and the counts.
    fn finish(&mut self, machine: &Machine, outcome: &Outcome) {
        if let Some(renderer) = &mut self.renderer {
            renderer.finish(&mut self.text);
        }
        self.write_trace();
        self.closed |= self.sink.as_mut().is_some_and(|file| file.flush().is_err());
        if self.closed {
            return;
        }
        host::say(&report::reports(machine, self.color));
        let races = races::races(machine, self.color);
        self.raced = !races.is_empty();
        host::say(&races);
        host::say(&report::outcome(machine, outcome, self.color));
        if let Some(summary) = &self.summary {
            host::say(&summary.render());
        }
    }

    fn exit_code(&self, outcome: &Outcome) -> ExitCode {
        if self.closed {
            return ExitCode::from(status::PIPE_CLOSED);
        }
        ExitCode::from(match outcome {
            Outcome::Exited { status: 0 } if self.raced => status::RACES,
            Outcome::Exited { status } => {
                ExitStatus::from_raw(*status).and_then(ExitStatus::shell_code).unwrap_or(status::USAGE)
            }
            Outcome::Deadlock { .. } => status::DEADLOCK,
            Outcome::LimitReached(_) => status::LIMIT,
            Outcome::Interrupted => status::INTERRUPTED,
        })
    }
}

impl World for Terminal {
    fn output(&mut self, output: &Output) {
        let written =
            if output.stream == 2 { std::io::stderr().write_all(&output.bytes) } else { host::print(&output.bytes) };
        self.closed |= written.is_err();
    }

    fn events(&mut self, machine: &Machine, events: &[Numbered], arena: &Arena) {
        let mut drawings = String::new();
        for (index, numbered) in events.iter().enumerate() {
            if let Some(summary) = &mut self.summary {
                summary.push(numbered);
            }
            if let Some(renderer) = &mut self.renderer {
                renderer.push(numbered, arena, &mut self.text);
            }
            drawings.extend(self.draw(machine, &numbered.event.what));
            drawings.extend(self.views.at(machine.kernel().state(), events, index, arena));
        }
        self.text.push_str(&drawings);
        self.write_trace();
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let line = self.lines.next(&self.interrupt);
        if self.keyboard && line.is_none() && !self.interrupt.is_set() {
            // The terminal stands behind the prompt that Ctrl-D answered.
            self.closed |= host::print(b"\n").is_err();
        }
        line
    }

    fn key(&mut self) -> Option<u8> {
        if self.keyboard { None } else { self.lines.key() }
    }

    fn interrupted(&mut self) -> bool {
        self.closed || self.interrupt.is_set()
    }
}
