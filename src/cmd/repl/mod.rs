//! `ring3 repl`: lines that are typed run one after the other in one process of a machine that lives on.
//!
//! A line is compiled by the [session](crate::lang::session) and run by the [live machine](crate::system::live). One that
//! goes wrong is told, and taken back: the machine is as it was before it.

mod command;
mod editor;
mod helper;
mod input;
mod inspect;
mod screen;
mod terminal;
mod timeline;
mod value;

use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use crate::abi::wait::ExitStatus;
use crate::base::span::SourceFile;
use crate::cmd::args;
use crate::cmd::host::{self, Lines};
use crate::cmd::{Error, report, settings, source, status};
use crate::kernel::config::{Config, Replacement};
use crate::kernel::core::Kernel;
use crate::lang::check::layout::TypeId;
use crate::lang::diagnostic::{Code, Diagnostic, render};
use crate::lang::pipeline::{self, Compilation};
use crate::lang::session::{self, LineCompilation, Session};
use crate::system::live::{Live, Stopped};
use crate::system::{Choices, Options};
use crate::trace::filter::Filter;
use crate::trace::recorder::Recording;
use editor::Editor;
use input::{Input, Read};
use screen::Screen;
use timeline::{Moment, Timeline};

/// A line went wrong; it has been told.
pub struct Wrong;

/// Runs a session until its input ends.
///
/// # Errors
/// [`Error`] if the host fails or an argument makes no sense.
pub fn repl(args: &args::Repl) -> Result<ExitCode, Error> {
    let color = host::wants_color(args.color);
    let is_terminal = host::has_keyboard();
    let filter: Filter = match &args.trace {
        Some(text) => text.parse().map_err(|error| Error::Usage(format!("--trace: {error}")))?,
        None => Filter::default(),
    };
    let input = match is_terminal {
        true if editor::can_draw() => Input::Terminal(Box::new(Editor::new(color)?)),
        true => Input::Plain,
        false => Input::Piped(Lines::new()),
    };
    let screen = Screen::new(filter, is_terminal || args.trace.is_some(), color, input);
    let choices = args.seed.map_or(Choices::First, Choices::Seed);
    let mut repl = Repl::start(Config::default(), choices, screen)?;
    if is_terminal {
        repl.screen.print(&format!(
            "ring3 {} on a modelled Linux; `:help` tells more, Ctrl-D ends.\n",
            env!("CARGO_PKG_VERSION")
        ));
    }
    if let Some(path) = &args.file
        && repl.load(path)?.is_err()
        && !is_terminal
    {
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::from(repl.run()))
}

/// A session with its machine.
struct Repl {
    live: Live,
    screen: Screen,
    timeline: Timeline,
    config: Config,
    choices: Choices,
    /// The value of the line in the midst of its run: where it will lie, and its type.
    running: Option<Option<(u64, TypeId)>>,
    /// The most instructions that a line may execute.
    most_steps: Option<u64>,
    /// What was set, by name, as it was written.
    settings: Vec<(String, String)>,
    quits: bool,
}

impl Repl {
    fn start(config: Config, choices: Choices, mut screen: Screen) -> Result<Self, Error> {
        let live = boot(&config, &choices, &mut screen)?;
        let timeline = Timeline::default();
        let settings = Vec::new();
        Ok(Self { live, screen, timeline, config, choices, running: None, most_steps: None, settings, quits: false })
    }

    /// Reads and runs lines to the end; the exit status.
    fn run(&mut self) -> u8 {
        loop {
            self.screen.reach_margin();
            self.prepare_editor();
            if self.screen.input.is_terminal() {
                self.screen.interrupt.clear();
            }
            let line = match self.screen.input.next(&self.screen.interrupt) {
                Read::Line(line) => line,
                Read::Cleared => continue,
                Read::End => return if self.screen.interrupt.is_set() { status::INTERRUPTED } else { 0 },
            };
            // A Ctrl-C that comes from here on stops the line, however soon it comes.
            let done = self.act(&line);
            if self.quits {
                return 0;
            }
            if self.screen.closed {
                return status::PIPE_CLOSED;
            }
            if !self.screen.input.is_terminal() {
                if self.screen.interrupt.is_set() {
                    return status::INTERRUPTED;
                }
                if done.is_err() {
                    return 1;
                }
            }
        }
    }

    /// The editor completes names of the session and paths of the machine.
    fn prepare_editor(&mut self) {
        if let Input::Terminal(editor) = &mut self.screen.input {
            editor.know(self.live.session(), self.live.kernel().state());
        }
    }

    /// Follows a command or runs a line.
    fn act(&mut self, line: &str) -> Result<(), Wrong> {
        let text = line.trim();
        match text.chars().next() {
            None => Ok(()),
            Some(':') => self.command(&text[1..]),
            Some('?') => self.command(&format!("doc {}", &text[1..])),
            Some(_) => self.line(line.trim_end_matches(['\n', '\r'])),
        }
    }

    /// Compiles and runs a line.
    fn line(&mut self, text: &str) -> Result<(), Wrong> {
        if self.running.is_some() {
            self.screen.say("a line is still running: `:run` lets it go on, `:back` takes it back\n");
            return Err(Wrong);
        }
        let compilation = self.live.session().compile(text);
        self.compiled(compilation)
    }

    /// Runs a line if it could be compiled.
    fn compiled(&mut self, compilation: LineCompilation) -> Result<(), Wrong> {
        self.tell(&compilation.diagnostics, &compilation.sources);
        let Some(line) = compilation.line else { return Err(Wrong) };
        self.screen.reach_margin();
        let line = Rc::new(*line);
        let mut before = Moment::take(&mut self.live, &self.screen, false);
        before.line = Some(line.clone());
        self.timeline.push(before);
        self.screen.set_shows(false);
        if let Err(errno) = self.live.begin(&line) {
            self.screen.say(&format!("the line can not be put on the machine's disk: {}\n", errno.message()));
            return self.take_back();
        }
        self.learn();
        self.running = Some(line.value);
        self.go_on(&mut |_| false)
    }

    fn tell(&mut self, diagnostics: &[Diagnostic], sources: &[Arc<SourceFile>]) {
        if !diagnostics.is_empty() {
            let sources: Vec<SourceFile> = sources.iter().map(|source| (**source).clone()).collect();
            let text = render(diagnostics, &sources, self.screen.color);
            self.screen.say(&text);
        }
    }

    /// Tells the renderer what lies where, as of now.
    fn learn(&mut self) {
        for (ino, debug) in self.live.own_programs() {
            self.screen.renderer.learn(ino, debug.clone());
        }
    }

    /// Lets the machine run until the line is over, or `until` says so.
    fn go_on(&mut self, until: &mut dyn FnMut(&Kernel) -> bool) -> Result<(), Wrong> {
        let limit = self.most_steps.map(|most| self.live.kernel().steps.saturating_add(most));
        let (mut is_limit, mut is_told) = (false, false);
        let stopped = loop {
            let waypoint = self.timeline.next_waypoint();
            let stopped = self.live.run(&mut self.screen, &mut |kernel| {
                is_limit = limit.is_some_and(|limit| kernel.steps >= limit);
                is_told = until(kernel);
                is_limit || is_told || kernel.seq() >= waypoint
            });
            self.timeline.typed(self.screen.take_typed());
            if stopped != Stopped::Paused || is_limit || is_told {
                break stopped;
            }
            let moment = Moment::take(&mut self.live, &self.screen, true);
            self.timeline.waypoint(moment);
        };
        if stopped == Stopped::Interrupted {
            self.screen.leave_margin();
        }
        let reports = report::reports(self.live.machine(), self.screen.color);
        self.screen.say(&reports);
        match stopped {
            Stopped::Done => {
                if let Some(Some((address, ty))) = self.running.take() {
                    let shown = value::show(&self.live, self.live.session().types(), ty, address);
                    self.screen.print(&format!("{shown}\n"));
                }
                self.live.told();
                self.screen.show_trace();
                Ok(())
            }
            Stopped::Paused if !is_limit => {
                self.live.told();
                self.screen.show_trace();
                Ok(())
            }
            Stopped::Paused | Stopped::Interrupted => {
                self.live.told();
                self.screen.show_trace();
                let why = if is_limit { "it has executed as many instructions as it may" } else { "Ctrl-C" };
                self.screen
                    .say(&format!("stopped in the midst of the line ({why}): `:run` goes on, `:back` takes it back\n"));
                Err(Wrong)
            }
            Stopped::Gone(status) => {
                let how = how_it_ended(status);
                self.screen.show_trace();
                let program = self.program();
                let what = match program {
                    Some(path) => format!("the line made its process run {path}, which {how}"),
                    None => format!("the line ended its process, which {how}"),
                };
                self.screen.say(&format!("{what}; the machine is as before the line\n"));
                self.take_back()
            }
            Stopped::Ended(outcome) => {
                self.screen.show_trace();
                let text = report::ended(self.live.machine(), &outcome, self.screen.color);
                self.screen.say(&text);
                self.screen.say("the machine is as before the line\n");
                self.take_back()
            }
        }
    }

    /// What the process of the lines executes, if that is not the loader any more.
    fn program(&self) -> Option<String> {
        inspect::executed(&self.live)
    }

    /// The newest line is as if it had never been.
    fn take_back(&mut self) -> Result<(), Wrong> {
        self.running = None;
        if let Some(before) = self.timeline.forget_last() {
            before.restore(&mut self.live, &mut self.screen);
            self.learn();
        }
        Err(Wrong)
    }

    /// Runs a file as one line. If it is the first one, the machine becomes what its `machine { }` says.
    fn load(&mut self, path: &Path) -> Result<Result<(), Wrong>, Error> {
        let Some(script) = source::read(path, self.screen.color)? else { return Ok(Err(Wrong)) };
        let text = script.text.trim_end_matches('\n');
        let machine = if self.live.session().is_empty() { session::machine_of(&script) } else { None };
        let Some(machine) = machine else { return Ok(self.line(text)) };
        if let Err(diagnostics) = self.configure(SourceFile { name: script.name.clone(), text: machine })? {
            self.tell(&diagnostics, &[Arc::new(script)]);
            return Ok(Err(Wrong));
        }
        let compilation = self.live.session().compile_configured(text);
        Ok(self.compiled(compilation))
    }

    /// Begins again on the machine that the `machine { }` of a text describes.
    fn configure(&mut self, described: SourceFile) -> Result<Result<(), Vec<Diagnostic>>, Error> {
        let text = described.text.clone();
        let Compilation { compiled, mut diagnostics, .. } = pipeline::compile(described);
        let Some(compiled) = compiled else { return Ok(Err(diagnostics)) };
        let (config, choices) = match settings::onto(&compiled.settings, &self.config, &self.choices) {
            Ok(machine) => machine,
            Err(wrong) => {
                diagnostics.extend(wrong);
                return Ok(Err(diagnostics));
            }
        };
        if config.replacement == Replacement::Opt {
            let span = compiled.settings.iter().find(|setting| setting.name == "replacement").map(|its| its.value_span);
            let message = "`opt` looks ahead, and what a session will use nobody knows";
            let error = Diagnostic::error(Code::BadSetting, message, span.unwrap_or_default(), "not in a session");
            return Ok(Err(vec![error.with_help("`ring3 run --replacement opt FILE` runs a script with it")]));
        }
        self.most_steps = config.max_steps.or(self.most_steps);
        self.reset(Config { max_steps: None, ..config }, choices)?;
        for setting in compiled.settings {
            let value = &text[setting.value_span.start as usize..setting.value_span.end as usize];
            self.settings.retain(|(name, _)| *name != setting.name);
            self.settings.push((setting.name, value.to_owned()));
        }
        Ok(Ok(()))
    }

    /// A new machine.
    fn reset(&mut self, config: Config, choices: Choices) -> Result<(), Error> {
        self.screen.renderer = screen::renderer(self.screen.renderer.filter().clone());
        self.live = boot(&config, &choices, &mut self.screen)?;
        (self.config, self.choices) = (config, choices);
        self.timeline = Timeline::default();
        self.running = None;
        Ok(())
    }
}

/// A machine that waits for its first line.
fn boot(config: &Config, choices: &Choices, screen: &mut Screen) -> Result<Live, Error> {
    let options =
        Options { config: config.clone(), choices: choices.clone(), recording: Recording::State, ..Options::default() };
    let was = std::mem::replace(&mut screen.silent, true);
    screen.main = crate::base::ids::Tid(if config.script_is_init { 1 } else { 2 });
    let session = Session::begin();
    let live = Live::start(session, &options, screen)?;
    for (ino, debug) in live.machine().programs() {
        screen.renderer.learn(ino, debug.clone());
    }
    screen.silent = was;
    screen.set_shows(false);
    screen.main = live.main();
    Ok(live)
}

fn how_it_ended(status: u32) -> String {
    match ExitStatus::from_raw(status) {
        Some(ExitStatus::Exited(code)) => format!("exited {code}"),
        Some(ExitStatus::Signaled { signal, .. }) => format!("was killed by {signal}"),
        Some(ExitStatus::Stopped(_) | ExitStatus::Continued) | None => "has ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_back_within_a_long_line_runs_little_of_it_again() {
        let screen = Screen::new(Filter::default(), false, false, Input::Piped(Lines::new()));
        let mut repl = Repl::start(Config::default(), Choices::First, screen).expect("the machine boots");
        assert!(repl.line("for _i in 0..13000 { getppid() }").is_ok());
        let (seq, state) = (repl.live.seq(), repl.live.kernel().state().clone());
        let (waypoint, _) = repl.timeline.waypoint_before(u64::from(seq)).expect("a long line has waypoints");
        assert!(seq > 100_000 && seq - waypoint.seq() < 10_000, "{seq} - {}", waypoint.seq());
        assert!(repl.command("back 1 event").is_ok());
        assert!((seq - 100..seq).contains(&repl.live.seq()));
        assert!(repl.command("back 50000 events").is_ok() && repl.live.seq() < seq - 50_000);
        assert!(repl.command("run").is_ok());
        assert!(repl.live.seq() == seq && *repl.live.kernel().state() == state);
    }
}
