//! Fail the Nth: each script is run again and again, and each time another allocation of its kernel fails.
//!
//! The run ends, whoever asked is told as Linux tells it, counts agree with a recount, and nothing is left over. Without
//! the environment variable RING3_FAIL some allocations of each sort fail; with `RING3_FAIL=all` each one does, in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use ring3::abi::errno::Errno;
use ring3::abi::signal::Signal;
use ring3::kernel::config::Replacement;
use ring3::kernel::failpoint::{Failing, Failpoint};
use ring3::kernel::outcome::Outcome;
use ring3::system::{self, Finished, Options, StartError};
use ring3::trace::event::{Note, What};
use ring3::trace::recorder::Recording;
use ring3::trace::value::{Allocation, TaskState};

use crate::harness::{Script, all, for_each};
use crate::laws::{check_nothing_left, check_steps};

/// Instructions after which a run is stopped here: a script may wait in a loop for what can not come any more.
const MAX_STEPS: u64 = 300_000;
/// Of so many allocations of a sort in a script one fails, if not each of them is asked for.
const SAMPLES: u64 = 3;
/// One of so many runs is checked after each of its steps.
const STEPPED: u64 = 16;

/// What came of a failure, as the trace tells it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Told {
    /// The call that asked returned this errno.
    Errno(Errno),
    /// The OOM killer ended a process.
    Killed,
    /// A signal was sent by the kernel.
    Signal(u8),
    /// The call that asked succeeded, with less or without what failed.
    Went,
    /// A signal of another task ended it before its call returned.
    Ended,
    /// The run ended before.
    Nobody,
}

fn options(script: &Script, allocation: Allocation, nth: u64, recording: Recording) -> Options {
    let mut options = Options { recording, ..script.options.clone() };
    options.config.fail = Some(Failpoint { allocation, nth });
    options.config.max_steps = Some(options.config.max_steps.unwrap_or(MAX_STEPS).min(MAX_STEPS));
    options
}

/// How many allocations of a sort a script makes.
fn count(script: &Script, allocation: Allocation) -> u64 {
    let finished = script.run(&options(script, allocation, 0, Recording::Off));
    finished.machine.kernel().failing.as_ref().map_or(0, Failing::asked)
}

/// What the task that asked was told.
fn told(finished: &Finished) -> Result<Told, String> {
    let failed = |what: &What| matches!(what, What::Note(Note::AllocationFails { .. }));
    let Some(at) = finished.events.iter().position(|numbered| failed(&numbered.event.what)) else {
        return Err("nothing failed".to_owned());
    };
    let task = finished.events[at].event.task;
    for numbered in &finished.events[at..] {
        match numbered.event.what {
            What::Note(Note::OomKill { .. }) => return Ok(Told::Killed),
            What::Note(Note::SyscallExit { result, .. }) if numbered.event.task == task => {
                return Ok(Errno::from_word(result as u64).map_or(Told::Went, Told::Errno));
            }
            What::Note(Note::Exited { status }) if numbered.event.task == task && status & 0x7f != 0 => {
                return Ok(Told::Ended);
            }
            What::Note(Note::FaultDone { .. }) if numbered.event.task == task => return Ok(Told::Went),
            What::Note(Note::SignalSent { signal, .. }) if numbered.event.task == task => {
                return Ok(Told::Signal(signal));
            }
            What::Note(_) | What::Change(_) | What::Choice(_) => {}
        }
    }
    Ok(Told::Nobody)
}

/// Whether that is what Linux tells. A signal comes all the same, only what is told of it is lost.
fn is_lawful(allocation: Allocation, told: Told) -> bool {
    use Allocation as A;
    let is_page = matches!(allocation, A::Frame | A::Table | A::Slot);
    match told {
        _ if allocation == A::Signal => true,
        Told::Killed | Told::Went | Told::Ended => is_page,
        Told::Errno(Errno::ENFILE) => matches!(allocation, A::Pipe | A::Inode),
        Told::Errno(errno) => errno == Errno::ENOMEM && allocation != A::Pipe,
        // An exec that can not go back any more.
        Told::Signal(signal) => {
            matches!(allocation, A::Files | A::Sighand | A::Frame | A::Table) && signal == Signal::SIGSEGV.0
        }
        // kswapd asks for slots, and nobody waits for it.
        Told::Nobody => allocation == A::Slot,
    }
}

/// One run with a failure.
fn check(script: &Script, allocation: Allocation, nth: u64) -> Result<Told, String> {
    let finished = script.run(&options(script, allocation, nth, Recording::State));
    let state = finished.machine.kernel().state();
    finished.machine.kernel().check()?;
    check_nothing_left(&finished)?;
    if let Outcome::Deadlock { sleepers, .. } = &finished.outcome {
        let deaf = sleepers.iter().find(|sleeper| state.task(sleeper.tid).state == TaskState::Uninterruptible);
        if let Some(deaf) = deaf {
            return Err(format!("{} waits for ever: {:?}", deaf.name, deaf.on));
        }
    }
    let told = told(&finished)?;
    if is_lawful(allocation, told) { Ok(told) } else { Err(format!("who asked was told {told:?}")) }
}

/// Which of so many allocations fail.
fn sample(count: u64, every: bool) -> Vec<u64> {
    if every || count <= SAMPLES {
        return (1..=count).collect();
    }
    (0..SAMPLES).map(|place| 1 + place * (count - 1) / (SAMPLES - 1)).collect()
}

#[test]
fn any_allocation_can_fail() {
    #[expect(clippy::disallowed_methods, reason = "the full run is asked for from outside")]
    let every = std::env::var("RING3_FAIL").is_ok_and(|text| text == "all");
    let seen: Mutex<BTreeMap<(Allocation, Told), u64>> = Mutex::default();
    for_each(all(), |script| {
        for (allocation, name) in Allocation::ALL {
            // `opt` runs twice, and the first run is the one in which the allocation fails.
            if script.options.config.replacement == Replacement::Opt {
                continue;
            }
            for nth in sample(count(script, allocation), every) {
                let told = check(script, allocation, nth).map_err(|why| format!("--fail {name}:{nth}: {why}"))?;
                let mut seen = seen.lock().expect("no thread of this test panics");
                let times = seen.entry((allocation, told)).or_default();
                *times += 1;
                if *times % STEPPED == 1 {
                    check_steps(script, &options(script, allocation, nth, Recording::Off))
                        .map_err(|why| format!("--fail {name}:{nth}: {why}"))?;
                }
            }
        }
        Ok(())
    });
    let seen = seen.into_inner().expect("no thread of this test panics");
    let told: BTreeSet<Allocation> = seen.keys().map(|&(allocation, _)| allocation).collect();
    let missing = Allocation::ALL.iter().filter(|(allocation, _)| !told.contains(allocation));
    assert_eq!(missing.map(|&(_, name)| name).collect::<Vec<_>>(), Vec::<&str>::new(), "{seen:?}");
}

/// Frames that are enough for the smallest script, and more.
const ENOUGH: u32 = 100;

#[test]
fn a_machine_without_memory_does_not_boot_and_says_so() {
    let script = crate::harness::suite().iter().find(|script| script.name.ends_with("p01_fork_basic.r3"));
    let script = script.expect("the suite has it");
    let mut started = 0;
    for frames in 1..ENOUGH {
        let mut options = Options { recording: Recording::Off, ..script.options.clone() };
        (options.config.ram_frames, options.config.max_steps) = (frames, Some(MAX_STEPS));
        match system::run(&script.compiled, &options, b"") {
            Err(StartError::Boot(errno)) => assert_eq!(errno, Errno::ENOMEM, "{frames} frames"),
            Err(StartError::Path(path)) => unreachable!("{path} is no file of this test"),
            Ok(finished) => {
                started += 1;
                let state = finished.machine.kernel().state();
                assert_eq!(state.check().and_then(|()| check_nothing_left(&finished)), Ok(()), "{frames} frames");
            }
        }
    }
    assert!((10..ENOUGH - 10).contains(&started), "{started} of {ENOUGH}");
}
