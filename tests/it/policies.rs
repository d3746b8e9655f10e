//! The replacement policies against plain ones: a script touches pages in the order of a reference string, on a machine
//! with few frames, and the faults and the pages that go are those of a few lines of Rust beside it.
//!
//! The counts of the textbooks are exact, as the program's own pages are locked in memory. RING3_CASES sets how many
//! random strings are tried.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use ring3::cmd::report;
use ring3::kernel::config::Replacement;
use ring3::kernel::outcome::{Limit, Outcome};
use ring3::system::{Finished, Options};
use ring3::trace::event::{Note, What};
use ring3::trace::recorder::Recording;
use ring3::trace::value::FrameKind;

use crate::harness::{self, Ending};

/// Strings that are tried, without RING3_CASES.
const CASES: u32 = 60;
/// The same strings each time.
const SEED: [u8; 32] = *b"which page goes when one must go";
/// Pages that strings name: 0 to 9.
const PAGES: usize = 10;

/// A page is read or written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Touch {
    page: usize,
    write: bool,
}

/// What comes of a string: how many faults, and which pages go, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Course {
    faults: u64,
    victims: Vec<usize>,
}

/// A page that is in, as the plain policies keep it.
struct Resident {
    page: usize,
    used: bool,
    uses: usize,
    last: usize,
}

/// A plain policy: pages that are in stand in the order in which they came, and this says which place goes.
type Plain = fn(&mut [Resident], upcoming: &[usize]) -> usize;

fn lowest(resident: &[Resident], key: impl Fn(&Resident) -> usize) -> usize {
    (0..resident.len()).min_by_key(|&place| key(&resident[place])).expect("there is a page to take")
}

fn fifo(_resident: &mut [Resident], _upcoming: &[usize]) -> usize {
    0
}

fn lru(resident: &mut [Resident], _upcoming: &[usize]) -> usize {
    lowest(resident, |page| page.last)
}

fn lfu(resident: &mut [Resident], _upcoming: &[usize]) -> usize {
    lowest(resident, |page| page.uses)
}

fn opt(resident: &mut [Resident], upcoming: &[usize]) -> usize {
    let next = |page: usize| upcoming.iter().position(|&next| next == page).unwrap_or(usize::MAX);
    lowest(resident, |page| usize::MAX - next(page.page))
}

/// The hand is at the front; what it passes goes to the back.
fn clock(resident: &mut [Resident], _upcoming: &[usize]) -> usize {
    while resident[0].used {
        resident[0].used = false;
        resident.rotate_left(1);
    }
    0
}

fn plainly(plain: Plain, frames: usize, string: &[usize]) -> Course {
    let mut resident: Vec<Resident> = Vec::new();
    let mut course = Course::default();
    for (now, &page) in string.iter().enumerate() {
        if !resident.iter().any(|other| other.page == page) {
            course.faults += 1;
            if resident.len() == frames {
                let place = plain(&mut resident, &string[now..]);
                course.victims.push(resident.remove(place).page);
            }
            resident.push(Resident { page, used: false, uses: 0, last: 0 });
        }
        let here = resident.iter_mut().find(|other| other.page == page).expect("it has come");
        (here.used, here.uses, here.last) = (true, here.uses + 1, now);
    }
    course
}

/// The policies of which there is a plain one.
const PLAIN: [(Replacement, Plain); 5] = [
    (Replacement::Fifo, fifo),
    (Replacement::Lru, lru),
    (Replacement::Opt, opt),
    (Replacement::Clock, clock),
    (Replacement::Lfu, lfu),
];

/// A script that touches pages in this order. The top bit of a touch says that it writes.
fn script(touches: &[Touch]) -> harness::Script {
    let bytes: Vec<String> =
        touches.iter().map(|touch| (touch.page | if touch.write { 128 } else { 0 }).to_string()).collect();
    let text = format!(
        "machine {{ init = script, frames = 3, swap = 16 }}
let touches: [byte; {len}] = [{bytes}]
mlockall(MCL_CURRENT)
let p = mmap({PAGES} * PAGE_SIZE)
let sum = 0
let before = faults()
for touch in touches {{
    let at = (touch & 127) as int * PAGE_SIZE
    if touch >= 128 {{ p[at] = 1 }} else {{ sum += p[at] }}
}}
println(\"{{faults() - before}} {{p as int / PAGE_SIZE}}\")
",
        len = touches.len(),
        bytes = bytes.join(", ")
    );
    harness::compile("string.r3".to_owned(), text)
}

/// What came of a run: the faults that the script counted, and the victims that the trace tells of.
fn course(finished: &Finished) -> Result<Course, String> {
    let ending = Ending::of(&finished.outcome);
    let stdout = String::from_utf8_lossy(&finished.stdout).into_owned();
    if ending != Ending::Status(0) {
        return Err(format!("{ending}: {stdout}{}", String::from_utf8_lossy(&finished.stderr)));
    }
    let mut words =
        stdout.split_whitespace().map(|word| word.parse::<u64>().map_err(|error| format!("{error}: {stdout}")));
    let mut word = || words.next().unwrap_or_else(|| Err(format!("two numbers are missing: {stdout}")));
    let (faults, first) = (word()?, word()?);
    let evicted = finished.events.iter().filter_map(|event| match event.event.what {
        What::Note(Note::Evicted { usage, .. }) if usage.kind == FrameKind::Anon => Some(u64::from(usage.index)),
        What::Change(_) | What::Note(_) | What::Choice(_) => None,
    });
    // The number of a page is kept in 32 bits there.
    let first = first & u64::from(u32::MAX);
    let victims = evicted.filter_map(|page| page.checked_sub(first).map(|page| page as usize));
    Ok(Course { faults, victims: victims.filter(|&page| page < PAGES).collect() })
}

/// Runs a script under a policy with so many frames.
fn run(script: &harness::Script, policy: Replacement, frames: usize, at_once: bool) -> Finished {
    let mut config = script.options.config.clone();
    (config.replacement, config.frames, config.swap_at_once) = (policy, Some(frames as u32), at_once);
    script.run(&Options { config, recording: Recording::State, ..script.options.clone() })
}

/// The textbook's `string`, all written.
fn written(string: &[usize]) -> Vec<Touch> {
    string.iter().map(|&page| Touch { page, write: true }).collect()
}

#[test]
fn textbook_counts_are_exact() {
    const BELADY: [usize; 12] = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];
    const SHORT: [usize; 11] = [0, 1, 2, 0, 1, 3, 0, 3, 1, 2, 1];
    const LONG: [usize; 20] = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1];
    let rows: [(&[usize], usize, Replacement, u64); 10] = [
        (&BELADY, 3, Replacement::Fifo, 9),
        (&BELADY, 4, Replacement::Fifo, 10),
        (&BELADY, 3, Replacement::Lru, 10),
        (&BELADY, 4, Replacement::Lru, 8),
        (&BELADY, 3, Replacement::Opt, 7),
        (&BELADY, 4, Replacement::Opt, 6),
        (&SHORT, 3, Replacement::Lru, 5),
        (&LONG, 3, Replacement::Fifo, 15),
        (&LONG, 3, Replacement::Lru, 12),
        (&LONG, 3, Replacement::Opt, 9),
    ];
    for (string, frames, policy, faults) in rows {
        for at_once in [false, true] {
            let came = course(&run(&script(&written(string)), policy, frames, at_once));
            assert_eq!(came.map(|course| course.faults), Ok(faults), "{policy:?}, {frames} frames: {string:?}");
        }
    }
}

fn touches() -> impl Strategy<Value = Vec<Touch>> {
    let touch = (0..PAGES, any::<bool>()).prop_map(|(page, write)| Touch { page, write });
    prop::collection::vec(touch, 1..80).prop_map(|mut touches| {
        // A first touch writes: the page of zeros, which a read would map, takes no frame.
        let mut seen = [false; PAGES];
        for touch in &mut touches {
            touch.write |= !std::mem::replace(&mut seen[touch.page], true);
        }
        touches
    })
}

#[test]
fn policies_do_what_plain_ones_do() {
    #[expect(clippy::disallowed_methods, reason = "the number of cases is asked for from outside")]
    let cases = std::env::var("RING3_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED));
    let ran = runner.run(&(touches(), 1..8_usize, any::<bool>()), |(touches, frames, at_once)| {
        let string: Vec<usize> = touches.iter().map(|touch| touch.page).collect();
        let script = script(&touches);
        for (policy, plain) in PLAIN {
            let expected = plainly(plain, frames, &string);
            let finished = run(&script, policy, frames, at_once);
            prop_assert_eq!(course(&finished), Ok(expected), "{:?} with {} frames", policy, frames);
        }
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{why}");
    }
}

/// What a script is that uses a page less, or one more, if few faults were made; under `opt` there are fewer than in the
/// first run.
fn looks_at_its_faults(more: bool) -> String {
    let sign = if more { '<' } else { '>' };
    format!(
        "machine {{ frames = 3, swap = 16, replacement = opt }}
mlockall(MCL_CURRENT)
let p = mmap(6 * PAGE_SIZE)
let before = faults()
for page in [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5] {{ p[page * PAGE_SIZE] = 1 }}
if faults() - before {sign} 9 {{ p[0] = 1 }}
"
    )
}

#[test]
fn a_run_that_does_not_use_what_opt_foresaw_is_told() {
    for more in [false, true] {
        let script = harness::compile("looks.r3".to_owned(), looks_at_its_faults(more));
        let finished = script.run(&script.options);
        let outcome = &finished.outcome;
        assert!(matches!(outcome, Outcome::LimitReached(Limit::Foresight(_))), "more: {more}: {outcome:?}");
        let told = report::outcome(&finished.machine, outcome, false);
        assert!(told.contains("this run used something else at reference"), "{told}");
    }
}

/// What an example prints of its faults under a policy, with so many frames.
fn faults_of(example: &str, policy: Replacement, frames: u32) -> String {
    let named = |script: &&harness::Script| script.name == format!("examples/04-memory/{example}.r3");
    let script = harness::examples().iter().find(named).expect("the example is there");
    let mut config = script.options.config.clone();
    (config.replacement, config.frames) = (policy, Some(frames));
    String::from_utf8_lossy(&script.run(&Options { config, ..script.options.clone() }).stdout).into_owned()
}

#[test]
fn the_example_compares_all_policies_truly() {
    let script = harness::examples().iter().find(|script| script.name.ends_with("replacement_compared.r3"));
    let text = &script.expect("the example is there").text;
    for (policy, name) in Replacement::ALL {
        let mut rows = harness::header(text).filter_map(|line| {
            let mut words = line.strip_prefix("#   ")?.split_whitespace();
            (words.next()? == name).then(|| words.next().map(str::to_owned))?
        });
        let count = rows.next().unwrap_or_else(|| panic!("the example says nothing of {name}"));
        assert_eq!(faults_of("replacement_compared", policy, 3), format!("faults: {count}\n"), "{name}");
    }
}

#[test]
fn the_example_of_belady_says_the_truth() {
    for (policy, with_3, with_4) in [(Replacement::Fifo, 9, 10), (Replacement::Lru, 10, 8), (Replacement::Opt, 7, 6)] {
        assert_eq!(faults_of("belady", policy, 3), format!("faults: {with_3}\n"), "{policy:?}");
        assert_eq!(faults_of("belady", policy, 4), format!("faults: {with_4}\n"), "{policy:?}");
    }
}
