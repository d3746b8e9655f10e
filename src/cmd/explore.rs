//! `ring3 explore`: runs a script in every order in which its tasks can interleave, and tells how it can end.

#![expect(clippy::disallowed_types, reason = "the speed of the search is the host's")]

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use crate::abi::wait::ExitStatus;
use crate::cmd::args::Color;
use crate::cmd::host::{self, Interrupt};
use crate::cmd::{Error, source, status};
use crate::kernel::outcome::{Limit, Outcome};
use crate::system::Options;
use crate::system::explore::{End, Explored, Limits, Stopped, explore as search};

/// What `ring3 explore --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 explore race.r3                      every way in which it can end
  ring3 explore --max-states 1000000 big.r3  give up earlier

Tells each way in which the run can end, with a schedule that `ring3 run --schedule` replays. Tasks may be switched \
before each access to shared memory and each system call; timers fire when nobody else can run; the console's input is \
empty.

Exit status: 0 if every run exits with 0; 125 if one is a deadlock; 1 if one ends badly in another way; 2 bad usage; \
124 if a limit was reached before all was explored, and nothing bad was found; 130 Ctrl-C.";

/// `ring3 explore`.
#[derive(Args, Debug)]
pub struct Explore {
    /// Give up after so many states; each takes up to 16 bytes
    #[arg(long, value_name = "N", default_value_t = 20_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub max_states: u64,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// The script; - is standard input
    pub file: PathBuf,

    /// Its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

/// Characters of a run's output that are shown.
const SHOWN: usize = 120;

/// Explores a script.
///
/// # Errors
/// [`Error`] if the host fails or the machine does not start.
pub fn explore(explore: &Explore) -> Result<ExitCode, Error> {
    let color = host::wants_color(explore.color);
    let Some(script) = source::read(&explore.file, color)? else { return Ok(ExitCode::from(status::USAGE)) };
    let name = explore.file.display().to_string();
    let Some((compiled, config, _)) = source::compile(script, color) else {
        return Ok(ExitCode::from(status::USAGE));
    };
    let options = Options { config, args: explore.args.clone(), ..Options::default() };
    let limits = Limits { states: explore.max_states as usize, ..Limits::default() };
    let interrupt = Interrupt::listen();
    let start = Instant::now();
    let found = search(&compiled, &options, limits, &mut || interrupt.is_set())?;
    let seconds = start.elapsed().as_secs_f64();
    host::say(&format!("{:.2} s, {:.0} transitions a second\n", seconds, found.transitions as f64 / seconds.max(1e-9)));
    let replay = std::iter::once(&name).chain(&explore.args).cloned().collect::<Vec<_>>().join(" ");
    if host::tell(&account(&found, &replay)).is_err() {
        return Ok(ExitCode::from(status::PIPE_CLOSED));
    }
    Ok(ExitCode::from(exit_code(&found)))
}

/// What was found, for a person.
fn account(found: &Explored, replay: &str) -> String {
    let Explored { ends, states, transitions, deepest, stopped } = found;
    let mut text = format!("{states} states, {transitions} transitions, at most {deepest} in a row: ");
    text.push_str(&match stopped {
        None => "every interleaving was explored\n".to_owned(),
        Some(stopped) => format!("not all was explored, {}\n", why(*stopped)),
    });
    let _ = writeln!(
        text,
        "{} outcome{}{}",
        ends.len(),
        if ends.len() == 1 { "" } else { "s" },
        if ends.is_empty() { ": no run ends" } else { "" }
    );
    for end in ends {
        let _ = writeln!(text, "\n  {}", ending(end));
        let _ = writeln!(text, "      ring3 run --schedule '{}' {replay}", end.schedule);
    }
    text
}

fn why(stopped: Stopped) -> String {
    match stopped {
        Stopped::States(states) => format!("the limit of {states} states was reached (--max-states)"),
        Stopped::Changes(changes) => {
            format!("one run goes on for more than {changes} changes: does it wait in a loop, or count without end?")
        }
        Stopped::Outcomes(outcomes) => format!("there are {outcomes} outcomes or more"),
        Stopped::Interrupted => "it was interrupted".to_owned(),
    }
}

/// How a run ends and what it wrote, in a line.
fn ending(end: &End) -> String {
    let mut text = match &end.outcome {
        Outcome::Exited { status } => match ExitStatus::from_raw(*status).and_then(ExitStatus::shell_code) {
            Some(code) => format!("exit status {code}"),
            None => format!("wait status {status:#x}"),
        },
        Outcome::Deadlock { sleepers, .. } => format!("deadlock of {} tasks", sleepers.len()),
        Outcome::LimitReached(Limit::Steps(steps)) => format!("stopped after {steps} instructions"),
        Outcome::LimitReached(Limit::Foresight(at)) => format!("used another page than foreseen at reference {at}"),
        Outcome::Interrupted => "interrupted".to_owned(),
    };
    for report in &end.reports {
        let _ = write!(text, ", {}[{}] killed by {}", report.name, report.tid, report.signal);
    }
    let written: Vec<u8> = end.output.iter().flat_map(|output| output.bytes.iter().copied()).collect();
    if !written.is_empty() {
        let written = String::from_utf8_lossy(&written).escape_debug().to_string();
        let shown: String = written.chars().take(SHOWN).collect();
        let more = if shown.len() < written.len() { "…" } else { "" };
        let _ = write!(text, ", prints \"{shown}{more}\"");
    }
    text
}

fn exit_code(found: &Explored) -> u8 {
    let dead = |end: &End| matches!(end.outcome, Outcome::Deadlock { .. });
    let well = |end: &End| matches!(end.outcome, Outcome::Exited { status: 0 });
    if found.ends.iter().any(dead) {
        status::DEADLOCK
    } else if !found.ends.iter().all(well) {
        1
    } else {
        match found.stopped {
            None => 0,
            Some(Stopped::Interrupted) => status::INTERRUPTED,
            Some(Stopped::States(_) | Stopped::Changes(_) | Stopped::Outcomes(_)) => status::LIMIT,
        }
    }
}
