//! A trial: a script is run as its comments ask, and held against them and against its golden.

use std::path::Path;
use std::time::Duration;

use crate::cmd::again::Again;
use crate::cmd::report;
use crate::cmd::test::account::{Account, TRACE, reports};
use crate::cmd::test::ending::Ending;
use crate::cmd::test::replace::{remove, replace, with_suffix};
use crate::cmd::test::script::{MAX_STEPS, Ready, Script, Unready};
use crate::cmd::test::verdict::{Session, Verdict, Writing};
use crate::cmd::test::watch::{self, Ask, Seen, Stopped};
use crate::cmd::test::{diff, golden, matching};
use crate::kernel::config::Config;
use crate::kernel::outcome::{Limit, Outcome};
use crate::system::{Choices, Options};
use crate::trace::filter::Filter;
use crate::trace::render::Head;

/// The most lines of what a script wrote that a failure shows.
const SHOWN: usize = 12;
/// Why an event behind so many happened is not looked for.
const LATEST: u32 = 1 << 20;

/// A script's verdict, and what was written meanwhile.
#[must_use]
pub fn script(path: &Path, shown: &str, text: &str, session: &Session) -> (Verdict, Vec<String>) {
    let mut trial = Trial { path, shown, session, failures: Vec::new(), notes: Vec::new() };
    let name = path.file_name().map_or_else(|| shown.to_owned(), |name| name.to_string_lossy().into_owned());
    match Script::new(&name, text) {
        Err(mistakes) => {
            let told = mistakes.iter().map(|mistake| format!("line {}: {}", mistake.line, mistake.why));
            (Verdict::Failed(told.collect()), Vec::new())
        }
        Ok(script) => match &script.header.skip {
            Some(why) => (Verdict::Skipped(why.clone()), Vec::new()),
            None => {
                trial.run(&script);
                (Verdict::of(trial.failures), trial.notes)
            }
        },
    }
}

struct Trial<'a> {
    path: &'a Path,
    shown: &'a str,
    session: &'a Session,
    failures: Vec<String>,
    notes: Vec<String>,
}

/// A run of which the golden tells.
struct Golden<'a> {
    script: &'a Script,
    ready: Option<(&'a Ready, &'a Options)>,
    account: String,
    patience: Duration,
}

impl Trial<'_> {
    fn run(&mut self, script: &Script) {
        match script.compile() {
            Err(Unready::Directive(why)) => self.failures.push(why),
            Err(Unready::Wrong(diagnostics)) => self.wrong(script, diagnostics),
            Ok(ready) => self.runs(script, &ready),
        }
    }

    /// A script that does not compile: `ring3 run` ends with status 2.
    fn wrong(&mut self, script: &Script, diagnostics: String) {
        let ending = Ending::Status(crate::cmd::status::USAGE);
        if script.header.expected != Some(ending) {
            self.failures.push(format!("it does not compile\n{diagnostics}"));
            return;
        }
        let empty = String::new;
        let account =
            Account { ending, stdout: empty(), stderr: diagnostics, reports: empty(), trace: empty(), views: empty() };
        let patience = self.session.patience;
        self.golden(&Golden { script, ready: None, account: account.to_string(), patience });
    }

    fn runs(&mut self, script: &Script, ready: &Ready) {
        let options = limited(ready);
        let watches = !script.expectations.is_empty();
        let asked = script.header.trace.is_some() || !script.header.views.is_empty();
        let blessed = self.session.writing == Writing::Bless && !watches;
        if script.header.seeds.is_empty() || asked || blessed || golden::path(self.path).exists() {
            let ask = Ask {
                input: script.header.input.clone(),
                trace: script.header.trace.as_ref().map(|(filter, _)| filter.clone()),
                views: script.header.views.clone(),
                watched: watches.then(|| watched(script)),
                patience: self.session.patience,
            };
            let seen = match watch::run(ready, &options, &ask) {
                Ok(seen) => seen,
                Err(why) => return self.failures.push(why),
            };
            let failures = judge(script, &seen);
            if failures.is_empty() {
                let account = account(&seen).to_string();
                let patience = self.session.patience;
                self.golden(&Golden { script, ready: Some((ready, &options)), account, patience });
            }
            self.failures.extend(failures);
        }
        self.seeds(script, ready, &options);
    }

    /// It holds under each of its seeds; of those under which it does not, the first is told.
    fn seeds(&mut self, script: &Script, ready: &Ready, options: &Options) {
        if let Some((seed, failures)) = under_seeds(script, ready, options, self.session) {
            self.failures.extend(failures);
            self.failures.push(format!("to run it so again: {}", script.command(self.shown, Some(seed))));
        }
    }

    /// Holds the account against the golden, and writes what is to be written.
    fn golden(&mut self, run: &Golden<'_>) {
        let path = golden::path(self.path);
        let new = with_suffix(&path, ".new");
        let shown = golden::path(Path::new(self.shown)).display().to_string();
        let asked = run.script.header.trace.is_some() || !run.script.header.views.is_empty();
        let read = golden::read(&path);
        let whole = self.file(run);
        let writing = self.session.writing;
        let failure = match &read {
            Ok(None) if writing == Writing::Bless => {
                if !asked && !run.script.expectations.is_empty() {
                    return;
                }
                None
            }
            Ok(None) if asked => Some(format!("there is no golden {shown}: `ring3 test --bless` makes it")),
            Ok(None) => return,
            Ok(Some(golden)) if golden.body == run.account => {
                if writing == Writing::Bless && golden.whole == whole {
                    self.clear(&new);
                    return;
                }
                None
            }
            Ok(Some(golden)) => Some(differs(golden, run, &shown, self.session.color)),
            Err(why) => Some(format!("{shown}: {why}")),
        };
        match writing {
            Writing::Bless => {
                match replace(&path, &whole) {
                    Ok(()) => self.notes.push(format!("wrote {shown}")),
                    Err(error) => self.failures.push(format!("cannot write {shown}: {error}")),
                }
                self.clear(&new);
            }
            Writing::Beside if failure.is_none() => self.clear(&new),
            Writing::Beside => {
                if let Err(error) = replace(&new, &whole) {
                    self.failures.push(format!("cannot write {shown}.new: {error}"));
                }
                self.failures.extend(failure);
            }
            Writing::Never => self.failures.extend(failure),
        }
    }

    fn clear(&mut self, new: &Path) {
        if self.session.writing != Writing::Never
            && let Err(error) = remove(new)
        {
            self.failures.push(format!("cannot remove {}: {error}", new.display()));
        }
    }

    fn file(&self, run: &Golden<'_>) -> String {
        let command = run.script.command(&run.script.name, None);
        let (config, choices) = match run.ready {
            Some((_, options)) => (options.config.clone(), options.choices.clone()),
            None => (Config::default(), Choices::First),
        };
        golden::file(&run.script.name, &command, &config, &choices, &run.account)
    }
}

/// How a golden and a run differ, and where and why they part.
fn differs(golden: &golden::Golden, run: &Golden<'_>, shown: &str, color: bool) -> String {
    let mut text = format!("it does not do what {shown} holds");
    if golden.version != env!("CARGO_PKG_VERSION") {
        text.push_str(&format!(" (made by version {}, this is {})", golden.version, env!("CARGO_PKG_VERSION")));
    }
    text.push('\n');
    text.push_str(&diff::short(&golden.body, &run.account, color));
    text.push_str(&parting(&golden.body, run));
    text
}

/// Where two traces part, and what made the event there happen; empty if it is not in the trace.
fn parting(expected: &str, run: &Golden<'_>) -> String {
    let Some(at) = diff::first(expected, &run.account) else { return String::new() };
    let head = |text: &str| {
        let lines: Vec<&str> = text.lines().take(at + 1).collect();
        let trace = lines.iter().position(|line| *line == TRACE)?;
        let head = lines[trace..].iter().rev().find_map(|line| Head::of(line))?;
        Some((head.seq, head.line))
    };
    let place = |line: Option<u32>| line.map_or_else(String::new, |line| format!(" at line {line}"));
    match (head(expected), head(&run.account)) {
        (Some((was, line)), Some((is, now))) => {
            let mut text = format!("the traces part at event #{is}{}", place(now));
            if (was, line) != (is, now) {
                text.push_str(&format!(", where #{was}{} was expected", place(line)));
            }
            text.push('\n');
            let patience = run.patience;
            text.extend(run.ready.and_then(|(ready, options)| why(ready, options, run.script, patience, is)));
            text
        }
        (None, _) | (_, None) => String::new(),
    }
}

/// The chain of causes of an event, as `ring3 why` tells it; none if it would take too long.
fn why(ready: &Ready, options: &Options, script: &Script, patience: Duration, seq: u32) -> Option<String> {
    if seq > LATEST {
        return None;
    }
    let mut typist = watch::typist(&script.header.input, patience);
    let mut again = Again::new(&ready.compiled, options, &mut typist).ok()?;
    let chain = again.causes(seq).ok()?.chain(seq);
    let told = again.told(&chain).ok()?;
    Some(told.lines().map(|line| format!("  {line}\n")).collect())
}

/// A script's own limit of steps, or that of tests.
#[must_use]
pub fn limited(ready: &Ready) -> Options {
    let mut options = ready.options.clone();
    let _ = options.config.max_steps.get_or_insert(MAX_STEPS);
    options
}

/// What expectations see of the trace.
#[must_use]
pub fn watched(script: &Script) -> Filter {
    script.header.watched.clone().unwrap_or_default()
}

/// The first of the seeds under which a script fails, and how; none if it holds under all.
#[must_use]
pub fn under_seeds(script: &Script, ready: &Ready, options: &Options, session: &Session) -> Option<(u64, Vec<String>)> {
    let failing = seeds(script, ready, options, session);
    let (seed, failures) = failing.first()?;
    let count = match failing.len() {
        1 => format!("under seed {seed}, of {}", script.header.seeds.len()),
        more => format!("under seed {seed}, and {} more of {}", more - 1, script.header.seeds.len()),
    };
    Some((*seed, failures.iter().map(|failure| format!("{count}: {failure}")).collect()))
}

/// The seeds under which a script fails, and how.
fn seeds(script: &Script, ready: &Ready, options: &Options, session: &Session) -> Vec<(u64, Vec<String>)> {
    let ask = Ask {
        input: script.header.input.clone(),
        watched: (!script.expectations.is_empty()).then(|| watched(script)),
        patience: session.patience,
        ..Ask::default()
    };
    let mut failing = Vec::new();
    for &seed in &script.header.seeds {
        let options = Options { choices: Choices::Seed(seed), ..options.clone() };
        let failures = match watch::run(ready, &options, &ask) {
            Ok(seen) => judge(script, &seen),
            Err(why) => vec![why],
        };
        if !failures.is_empty() {
            failing.push((seed, failures));
        }
    }
    failing
}

/// Holds a run against how it is to end and what is expected of it.
#[must_use]
pub fn judge(script: &Script, seen: &Seen) -> Vec<String> {
    match seen.stopped {
        Some(Stopped::Late) => {
            return vec!["it took too long and was stopped; `--timeout` gives it more time".to_owned()];
        }
        Some(Stopped::Much(what)) => return vec![format!("there is too much of its {what}, and it was stopped")],
        None => {}
    }
    let (ending, expected) = (Ending::of(&seen.outcome), script.header.ending());
    let mut failures = Vec::new();
    if ending != expected {
        failures.push(match &seen.outcome {
            Outcome::LimitReached(Limit::Steps(MAX_STEPS)) => format!(
                "it was stopped after {MAX_STEPS} instructions, as a test is; `#@ max-steps N` gives it another limit"
            ),
            Outcome::Exited { .. } | Outcome::Deadlock { .. } | Outcome::LimitReached(_) | Outcome::Interrupted => {
                format!("it ended with {ending}, not with {expected}\n{}", tail(seen))
            }
        });
    }
    failures.extend(matching::check(&script.expectations, &seen.items));
    failures
}

/// The end of what a run wrote, and what is told of it.
fn tail(seen: &Seen) -> String {
    let written = String::from_utf8_lossy(&seen.terminal);
    let lines: Vec<&str> = written.lines().collect();
    let from = lines.len().saturating_sub(SHOWN);
    let mut text = if from > 0 { format!("… {from} lines\n") } else { String::new() };
    lines[from..].iter().for_each(|line| text.push_str(&format!("{}\n", escaped(line))));
    text.push_str(&report::reports(&seen.machine, false));
    text.push_str(&report::outcome(&seen.machine, &seen.outcome, false));
    text
}

/// Control characters as `\x1b`: they do not reach a terminal by a report.
#[must_use]
pub fn escaped(line: &str) -> String {
    let escape = |letter: char| {
        if letter.is_control() && letter != '\t' { letter.escape_default().to_string() } else { letter.to_string() }
    };
    line.chars().map(escape).collect()
}

/// What a golden holds of a run.
#[must_use]
pub fn account(seen: &Seen) -> Account {
    Account {
        ending: Ending::of(&seen.outcome),
        stdout: String::from_utf8_lossy(&seen.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&seen.stderr).into_owned(),
        reports: reports(&seen.machine, &seen.outcome),
        trace: seen.trace.clone().unwrap_or_default(),
        views: seen.views.clone(),
    }
}
