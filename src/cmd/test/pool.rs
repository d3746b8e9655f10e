//! The pool: files of tests are worked on by a few threads, and their results come in the order of the files.
//!
//! A test that panics has failed. One that neither ends nor looks at the clock, which is a mistake of ring3, is given up
//! with its thread, and another thread goes on.

#![expect(clippy::disallowed_types, reason = "tests run on threads, by the clock of the host")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::cmd::test::discover::{Subject, Unit};
use crate::cmd::test::literate::Literate;
use crate::cmd::test::verdict::{Session, Tested, Verdict, Writing};
use crate::cmd::test::{replace, trial};

/// Bytes of stack of a thread.
const STACK: usize = 16 << 20;
/// How often it is looked for tests that do not end.
const LOOK: Duration = Duration::from_millis(100);
/// A test is given up after so many times the time that a run may take, and this is the least.
const GIVES_UP: (u32, Duration) = (4, Duration::from_secs(20));

/// What is worked on.
struct Work {
    /// Runs the tests of a unit.
    by: fn(&Work, usize) -> Vec<Tested>,
    /// After this time a test is given up.
    patience: Duration,
    units: Vec<Unit>,
    filter: Option<String>,
    session: Session,
    next: Mutex<usize>,
    /// The test that each unit is at, and since when.
    running: Mutex<BTreeMap<usize, (String, Instant)>>,
}

impl Work {
    fn take(&self) -> Option<usize> {
        let mut next = lock(&self.next);
        let taken = *next;
        *next += 1;
        (taken < self.units.len()).then_some(taken)
    }

    /// The tests of a unit that are asked for.
    fn wanted(&self, place: usize) -> impl Iterator<Item = &String> {
        self.units[place].tests.iter().filter(|name| self.wants(name))
    }

    /// The results of a unit of which there is no more than this: a test that does not end, or that nobody finished.
    fn lost(&self, place: usize, name: &str, why: &str, took: Duration) -> Vec<Tested> {
        let failed = |test: &String| {
            let why = if test == name { why.to_owned() } else { format!("nothing is known of it, because of {name}") };
            Tested { name: test.clone(), verdict: Verdict::Failed(vec![why]), notes: Vec::new(), took }
        };
        self.wanted(place).map(failed).collect()
    }

    fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the tests of which the name holds `filter`, and hands each file's results over in order; `done` says whether to go on.
pub fn run(units: Vec<Unit>, filter: Option<&str>, session: &Session, done: &mut dyn FnMut(Vec<Tested>) -> bool) {
    let patience = (session.patience * GIVES_UP.0).max(GIVES_UP.1);
    spread(
        Work {
            by: unit,
            patience,
            units,
            filter: filter.map(str::to_owned),
            session: session.clone(),
            next: Mutex::new(0),
            running: Mutex::new(BTreeMap::new()),
        },
        done,
    );
}

/// Has it done by threads.
fn spread(work: Work, done: &mut dyn FnMut(Vec<Tested>) -> bool) {
    let work = Arc::new(work);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(work.units.len().max(1));
    let (sender, receiver) = channel();
    (0..threads).for_each(|_| start(&work, &sender));
    let mut waiting: BTreeMap<usize, Vec<Tested>> = BTreeMap::new();
    let mut next = 0;
    while next < work.units.len() {
        match receiver.recv_timeout(LOOK) {
            // A unit that was given up may come back after all: it has its result.
            Ok((place, _)) if place < next => {}
            Ok((place, tested)) => drop(waiting.entry(place).or_insert(tested)),
            Err(RecvTimeoutError::Timeout) => {
                let mut running = lock(&work.running);
                let stuck = running.iter().find(|(_, (_, since))| since.elapsed() > work.patience);
                let stuck = stuck.map(|(&place, (name, since))| (place, name.clone(), since.elapsed()));
                if let Some((place, name, took)) = stuck {
                    drop(running.remove(&place));
                    let why = "it does not end, and does not let itself be stopped: a mistake of ring3";
                    drop(waiting.insert(place, work.lost(place, &name, why, took)));
                    start(&work, &sender);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        while let Some(tested) = waiting.remove(&next) {
            next += 1;
            if !done(tested) {
                // The other threads end with the process.
                *lock(&work.next) = work.units.len();
                return;
            }
        }
    }
}

fn start(work: &Arc<Work>, sender: &Sender<(usize, Vec<Tested>)>) {
    let (worker, sends) = (Arc::clone(work), sender.clone());
    let body = move || {
        while let Some(place) = worker.take() {
            let begun = Instant::now();
            let tested = catch_unwind(AssertUnwindSafe(|| (worker.by)(&worker, place)));
            let at = lock(&worker.running).remove(&place);
            let tested = tested.unwrap_or_else(|_| {
                let name = at.map(|(name, _)| name).or_else(|| worker.wanted(place).next().cloned());
                worker.lost(place, &name.unwrap_or_default(), &said(), begun.elapsed())
            });
            // Nobody listens any more once the output was closed.
            if sends.send((place, tested)).is_err() {
                return;
            }
        }
    };
    if std::thread::Builder::new().stack_size(STACK).spawn(body.clone()).is_err() {
        // A host without threads does one thing after the other.
        body();
    }
}

thread_local! {
    /// What the last panic of this thread said.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Panics of tests are told with the test, and not when they happen.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|info| SAID.with(|said| *said.borrow_mut() = Some(info.to_string()))));
}

/// What the last panic of this thread said, as a failure.
fn said() -> String {
    let said = SAID.with(|said| said.borrow_mut().take()).unwrap_or_default();
    format!("ring3 made a mistake of its own: {said}\n")
}

fn guarded(work: &Work, place: usize, name: &str, test: impl FnOnce() -> (Verdict, Vec<String>)) -> Tested {
    let begun = Instant::now();
    drop(lock(&work.running).insert(place, (name.to_owned(), begun)));
    let (verdict, notes) =
        catch_unwind(AssertUnwindSafe(test)).unwrap_or_else(|_| (Verdict::Failed(vec![said()]), Vec::new()));
    Tested { name: name.to_owned(), verdict, notes, took: begun.elapsed() }
}

fn unit(work: &Work, place: usize) -> Vec<Tested> {
    let unit = &work.units[place];
    let wanted: Vec<usize> = (0..unit.tests.len()).filter(|&test| work.wants(&unit.tests[test])).collect();
    let session = &work.session;
    let Subject::Document(document) = &unit.subject else {
        let test = || match &unit.subject {
            Subject::Script(text) => trial::script(&unit.path, &unit.shown, text, session),
            Subject::Orphan => orphan(unit, session),
            Subject::Unreadable(why) => (Verdict::Failed(vec![why.clone()]), Vec::new()),
            Subject::Document(_) => (Verdict::Passed, Vec::new()),
        };
        return wanted.iter().map(|&at| guarded(work, place, &unit.tests[at], test)).collect();
    };
    let mut literate = Literate::new(&unit.path, &unit.shown, document, session, place);
    let mut tested: Vec<Tested> =
        wanted.iter().map(|&at| guarded(work, place, &unit.tests[at], || (literate.run(at), Vec::new()))).collect();
    if let Some(last) = tested.last_mut() {
        let (notes, failures) = literate.finish();
        last.notes.extend(notes);
        match (&mut last.verdict, failures.is_empty()) {
            (_, true) => {}
            (Verdict::Failed(all), false) => all.extend(failures),
            (Verdict::Passed | Verdict::Skipped(_), false) => last.verdict = Verdict::Failed(failures),
        }
    }
    tested
}

/// A golden whose script is gone.
fn orphan(unit: &Unit, session: &Session) -> (Verdict, Vec<String>) {
    if session.writing != Writing::Bless {
        let why = format!(
            "there is no script {} any more: `ring3 test --bless` removes its golden",
            unit.path.with_extension("r3").display()
        );
        return (Verdict::Failed(vec![why]), Vec::new());
    }
    match replace::remove(&unit.path) {
        Ok(()) => (Verdict::Passed, vec![format!("removed {}", unit.shown)]),
        Err(error) => (Verdict::Failed(vec![format!("cannot remove it: {error}")]), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn passed(work: &Work, place: usize) -> Vec<Tested> {
        let names: Vec<String> = work.wanted(place).cloned().collect();
        names.iter().map(|name| guarded(work, place, name, || (Verdict::Passed, Vec::new()))).collect()
    }

    fn all(by: fn(&Work, usize) -> Vec<Tested>) -> Vec<Tested> {
        let file = |name: &str, tests: &[&str]| Unit {
            path: PathBuf::from(name),
            shown: name.to_owned(),
            subject: Subject::Orphan,
            tests: tests.iter().map(|test| (*test).to_owned()).collect(),
        };
        let units = vec![file("a", &["a:1", "a:2"]), file("b", &["b:1", "b:2"]), file("c", &["c"]), file("d", &["d"])];
        let session = Session {
            writing: Writing::Never,
            patience: Duration::from_secs(1),
            color: false,
            ring3: PathBuf::from("ring3"),
        };
        let (next, running) = (Mutex::new(0), Mutex::new(BTreeMap::new()));
        let patience = Duration::from_millis(300);
        let mut told = Vec::new();
        let mut done = |tested: Vec<Tested>| {
            told.extend(tested);
            true
        };
        spread(Work { by, patience, units, filter: None, session, next, running }, &mut done);
        let names: Vec<&str> = told.iter().map(|tested| tested.name.as_str()).collect();
        assert_eq!(names, ["a:1", "a:2", "b:1", "b:2", "c", "d"]);
        told
    }

    fn failures(told: &[Tested]) -> Vec<(&str, &str)> {
        let failed = told.iter().filter_map(|tested| match &tested.verdict {
            Verdict::Failed(why) => Some((tested.name.as_str(), why[0].as_str())),
            Verdict::Passed | Verdict::Skipped(_) => None,
        });
        failed.collect()
    }

    #[test]
    fn a_test_that_panics_does_not_lose_the_others() {
        keep_panics();
        let told = all(|work, place| match place {
            1 => vec![
                guarded(work, place, "b:1", || panic!("oh")),
                guarded(work, place, "b:2", || (Verdict::Passed, Vec::new())),
            ],
            _ => passed(work, place),
        });
        let failures = failures(&told);
        assert!(failures.len() == 1 && failures[0].0 == "b:1", "{failures:?}");
        assert!(failures[0].1.starts_with("ring3 made a mistake of its own: ") && failures[0].1.contains("oh"));
    }

    #[test]
    fn a_panic_between_tests_fails_the_file_and_no_other() {
        keep_panics();
        let told = all(|work, place| if place == 1 { panic!("between") } else { passed(work, place) });
        let failures = failures(&told);
        assert!(failures[0].0 == "b:1" && failures[0].1.contains("between"), "{failures:?}");
        assert_eq!(failures[1..], [("b:2", "nothing is known of it, because of b:1")]);
    }

    #[test]
    fn a_test_that_never_ends_is_given_up_and_the_others_go_on() {
        let told = all(|work, place| {
            if place < 3 {
                let _ = guarded(work, place, &work.units[place].tests[0].clone(), || {
                    loop {
                        std::thread::sleep(LOOK);
                    }
                });
            }
            passed(work, place)
        });
        let failures = failures(&told);
        assert_eq!(failures.len(), 5, "{failures:?}");
        for (name, why) in failures {
            let other = why.starts_with("nothing is known of it, because of ");
            assert!(other == name.ends_with(":2") && (other || why.starts_with("it does not end")), "{name}: {why}");
        }
    }
}
