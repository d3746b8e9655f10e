//! `ring3 test`: scripts and documents are run, and held against what they say of themselves.
//!
//! In the order of a run: [`discover`] finds files and the tests in them ([`document`] those of Markdown); [`pool`] runs
//! them; [`trial`] runs a script as its [`directive`]s say and [`watch`]es it, and holds what it sees against its
//! [`expectation`]s and its [`golden`]; [`literate`] does so with a document; [`report`] tells what came of it.

pub mod account;
pub mod args;
pub mod console;
pub mod diff;
pub mod directive;
pub mod discover;
pub mod document;
pub mod elision;
pub mod ending;
pub mod expectation;
pub mod golden;
pub mod keys;
pub mod literate;
pub mod markdown;
pub mod matching;
pub mod pool;
pub mod replace;
pub mod report;
pub mod review;
pub mod script;
pub mod trial;
pub mod verdict;
pub mod watch;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::cmd::test::args::Test;
use crate::cmd::test::discover::Unit;
use crate::cmd::test::report::Count;
use crate::cmd::test::verdict::{Session, Tested, Writing};
use crate::cmd::{Error, host, source, status};

/// A test failed.
const FAILED: u8 = 1;
/// The most bytes of a script or document.
const MOST: u64 = 16 << 20;
/// So deep a document may run `ring3 test` on a document.
const DEEPEST: u32 = 3;

/// Runs the tests at and below some paths.
///
/// # Errors
/// [`Error`] if there is no such path or no such test, or an argument makes no sense.
pub fn test(test: &Test) -> Result<ExitCode, Error> {
    if console::depth() >= DEEPEST {
        return Err(Error::Usage("a document's `ring3 test` runs the document itself, without an end".to_owned()));
    }
    let (paths, filter) = split(&test.paths);
    let units = discover::units(&paths)?;
    let wanted = |name: &String| filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()));
    let units: Vec<Unit> = units.into_iter().filter(|unit| unit.tests.iter().any(wanted)).collect();
    let names: Vec<String> = units.iter().flat_map(|unit| unit.tests.clone()).filter(wanted).collect();
    if names.is_empty() {
        return Err(Error::Usage(match filter {
            Some(filter) => format!("no test's name holds `{filter}`; `--list` lists them"),
            None => "there is no test: no script (x.r3), and no document (x.md) with blocks that are tests".to_owned(),
        }));
    }
    if test.list {
        let text: String = names.iter().map(|name| format!("{name}\n")).collect();
        return Ok(closed(host::tell(&text)).unwrap_or(ExitCode::SUCCESS));
    }
    let session = session(test)?;
    let pending_of = units.clone();
    let count = match run(units, names.len(), filter.as_deref(), test, &session) {
        Ok(count) => count,
        Err(closed) => return Ok(closed),
    };
    if test.review {
        let pending = review::pending(&pending_of);
        review::review(&pending, session.color)?;
        let left = !review::pending(&pending_of).is_empty();
        return Ok(if left { ExitCode::from(FAILED) } else { ExitCode::SUCCESS });
    }
    Ok(if count.failed > 0 { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

/// The last word is a filter if there are paths before it and it is none itself.
fn split(words: &[PathBuf]) -> (Vec<PathBuf>, Option<String>) {
    if let [paths @ .., last] = words
        && !paths.is_empty()
        && !last.exists()
        && let Some(word) = last.to_str()
        && !word.contains('/')
        && last.extension().is_none()
    {
        return (paths.to_vec(), Some(word.to_owned()));
    }
    (words.to_vec(), None)
}

fn session(test: &Test) -> Result<Session, Error> {
    #[expect(clippy::disallowed_methods, reason = "servers that build and test set it")]
    let ci = std::env::var("CI").is_ok_and(|ci| !["", "0", "false"].contains(&ci.as_str()));
    if ci && (test.bless || test.review) {
        return Err(Error::Usage("nothing is written where CI is set: no `--bless`, no `--review`".to_owned()));
    }
    let writing = match (ci, test.bless) {
        (true, _) => Writing::Never,
        (false, true) => Writing::Bless,
        (false, false) => Writing::Beside,
    };
    let ring3 = std::env::current_exe().map_err(|error| Error::Usage(format!("ring3 can not find itself: {error}")))?;
    let color = host::wants_color_on_output(test.color);
    Ok(Session { writing, patience: Duration::from_secs(test.timeout), color, ring3 })
}

/// Runs them and tells what came of it; the exit code if nobody listens any more.
fn run(
    units: Vec<Unit>,
    tests: usize,
    filter: Option<&str>,
    test: &Test,
    session: &Session,
) -> Result<Count, ExitCode> {
    pool::keep_panics();
    let mut report = report::of(test.format, session.color);
    let progress = std::io::stderr().is_terminal();
    let mut count = Count::default();
    let mut gone = closed(host::tell(&report.begin(tests)));
    let mut done = |tested: Vec<Tested>| {
        for one in &tested {
            count.add(one);
            let text = report.test(one);
            if progress && !text.is_empty() {
                host::say("\r\x1b[K");
            }
            gone = gone.take().or_else(|| closed(host::tell(&text)));
        }
        if progress {
            let so_far = count.passed + count.failed + count.skipped;
            host::say(&format!("\r\x1b[K{so_far} of {tests}"));
        }
        gone.is_none()
    };
    pool::run(units, filter, session, &mut done);
    if progress {
        host::say("\r\x1b[K");
    }
    match gone.or_else(|| closed(host::tell(&report.end(count)))) {
        Some(code) => Err(code),
        None => Ok(count),
    }
}

/// The exit code if what was written was not taken.
fn closed(written: std::io::Result<()>) -> Option<ExitCode> {
    written.is_err().then(|| ExitCode::from(status::PIPE_CLOSED))
}

/// The text of a script or a document.
///
/// # Errors
/// Why there is none, in a sentence.
pub fn source_text(path: &Path) -> Result<String, String> {
    let bytes = source::read_bytes(path, MOST).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        format!("line {line} is not UTF-8")
    })
}
