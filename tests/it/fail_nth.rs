//! Fail the Nth: each script is run again and again, and each time another allocation of its kernel fails.
//!
//! A script runs once to its end while its allocations are counted, and once more, slowly: before a step that makes an
//! allocation that is to fail a checkpoint is taken, and from there a run branches off in which it does. So what comes
//! before a failure is run once for all of them. Each branch ends, whoever asked is told as Linux tells it, counts agree
//! with a recount, and nothing is left over. Without the environment variable RING3_FAIL some allocations of each sort fail;
//! with `RING3_FAIL=all` each one does, in turn.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use ring3::abi::errno::Errno;
use ring3::abi::flags::SI_USER;
use ring3::abi::signal::Signal;
use ring3::abi::sysno::Sysno;
use ring3::base::ids::Tid;
use ring3::kernel::config::Replacement;
use ring3::kernel::core::{Checkpoint, Output};
use ring3::kernel::failpoint::{Failing, Failpoint};
use ring3::kernel::mm::reclaim::kswapd;
use ring3::kernel::outcome::{Limit, Outcome};
use ring3::kernel::state::State;
use ring3::system::{self, Machine, Options, StartError, Typed, World};
use ring3::trace::event::{Change, FaultResult, Note, What};
use ring3::trace::recorder::{Arena, Numbered, Recording};
use ring3::trace::value::{Allocation, Resume, SignalEffect, SignalSet, TaskState};

use crate::harness::{Script, all, for_each};
use crate::laws::{check_nothing_left, nothing_left};

/// Instructions after which a run is stopped here: a script may wait in a loop for what can not come any more.
const MAX_STEPS: u64 = 300_000;
/// Instructions that a run gets beyond these while nobody was told: a task may wait for a page that others keep in use.
const MORE_STEPS: u64 = 20_000_000;
/// Of so many allocations of a sort in a script one fails, if not each of them is asked for.
const SAMPLES: u64 = 3;
/// One of so many branches is checked after each of its steps.
const STEPPED: u64 = 16;
/// Steps of the kernel after which a branch is taken to hang.
const MOST_STEPS: u64 = 200_000;
/// So many steps of such a branch are.
const CHECKED_STEPS: u64 = 300;

/// How many allocations of each sort were asked for.
type Counts = [u64; Allocation::ALL.len()];

/// What came of a failure, as the trace tells it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Told {
    /// The call that asked returned this errno.
    Errno(Errno),
    /// The OOM killer ended a process.
    Killed,
    /// A signal was sent by the kernel.
    Signal(u8),
    /// The signal waits, without what was to be told of it.
    Waits,
    /// The call that asked, or the fault, succeeded, with less or without what failed.
    Went,
    /// A signal of somebody else, this one, ended the task that asked while it waited for the rest of what it had asked for.
    Ended(u8),
    /// kswapd asked, for whom nobody waits.
    Kswapd,
    /// The run ended before, or reached its limit of instructions.
    Nobody,
}

/// The outside world of a run: what is typed, and the events since the last look at them.
#[derive(Clone, Default)]
struct Watch {
    input: Typed,
    events: Vec<Numbered>,
}

impl World for Watch {
    fn output(&mut self, _output: &Output) {}

    fn events(&mut self, _machine: &Machine, events: &[Numbered], _arena: &Arena) {
        self.events.extend_from_slice(events);
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        self.input.line()
    }

    fn key(&mut self) -> Option<u8> {
        self.input.key()
    }

    fn interrupted(&mut self) -> bool {
        false
    }
}

/// A failure that is being watched: who asked, and in which call, until it is known what he was told.
struct Watched {
    allocation: Allocation,
    /// The call that the task was in when the branch began, if it goes on then.
    resumed: Option<u16>,
    asked: Option<(Tid, Option<u16>)>,
    told: Option<(Told, Option<u16>)>,
    /// The signal that was sent last before: its number and `si_code`.
    sent: Option<(u8, i32)>,
    /// Signals that tasks were sent by others, or that waited for anybody when the branch began.
    from_others: SignalSet,
}

impl Watched {
    /// Whether what is told of the signal that was sent must not be lost.
    fn loses_value(&self) -> bool {
        self.is_real_time() && self.sent.is_some_and(|(_, code)| code != SI_USER)
    }

    fn is_real_time(&self) -> bool {
        self.sent.is_some_and(|(signal, _)| Signal(signal) >= Signal::SIGRTMIN)
    }

    /// Whether a change lets the signal wait of which nothing could be told.
    #[expect(clippy::wildcard_enum_match_arm, reason = "two changes of many are about signals that wait")]
    fn makes_wait(&self, change: Change) -> bool {
        let Some((signal, _)) = self.sent.filter(|_| self.asked.is_some() && self.allocation == Allocation::Signal)
        else {
            return false;
        };
        match change {
            Change::Pending { from, to, .. } | Change::SharedPending { from, to, .. } => {
                !from.has(Signal(signal)) && to.has(Signal(signal))
            }
            _ => false,
        }
    }

    /// Looks at the next events; tells whether all is known.
    fn look(&mut self, events: &[Numbered]) -> bool {
        let mut call = self.resumed;
        for numbered in events {
            let by = numbered.event.task;
            let note = match numbered.event.what {
                What::Note(note) => note,
                What::Change(change) if self.makes_wait(change) => {
                    let (_, call) = self.asked.unwrap_or_default();
                    self.told = Some((Told::Waits, call));
                    return true;
                }
                What::Change(_) | What::Choice(_) => continue,
            };
            match (note, self.asked) {
                (Note::SyscallEnter { nr, .. }, None) => call = Some(nr),
                (Note::SyscallExit { .. }, None) => call = None,
                (Note::SignalSent { signal, code, .. }, None) => self.sent = Some((signal, code)),
                (Note::AllocationFails { .. }, _) => self.asked = Some((by, call)),
                (_, Some((task, call))) => {
                    if let Note::SignalSent { signal, .. } = note
                        && by != task
                    {
                        self.from_others = self.from_others.with(Signal(signal));
                    }
                    if let Some(told) = told(note, by, task) {
                        self.told = Some((told, call));
                        return true;
                    }
                }
                (_, None) => {}
            }
        }
        false
    }
}

/// What an event tells the task that asked, if anything.
#[expect(clippy::wildcard_enum_match_arm, reason = "few notes of many tell a task anything")]
fn told(note: Note, by: Tid, task: Tid) -> Option<Told> {
    match note {
        Note::OomKill { .. } => Some(Told::Killed),
        Note::SignalSent { to, signal, .. } if by != task && to.0 == task.0 && signal == Signal::SIGKILL.0 => {
            Some(Told::Ended(signal))
        }
        _ if by != task => None,
        Note::SyscallExit { result, .. } => Some(Errno::from_word(result as u64).map_or(Told::Went, Told::Errno)),
        Note::FaultDone { result, .. } if result != FaultResult::OutOfMemory => Some(Told::Went),
        Note::SignalTaken { effect: SignalEffect::Ends, signal } => Some(Told::Ended(signal)),
        Note::SignalSent { signal, .. } => Some(Told::Signal(signal)),
        _ => None,
    }
}

/// Whether that is what Linux tells.
fn is_lawful(watched: &Watched, told: Told, call: Option<u16>) -> bool {
    use Allocation as A;
    let allocation = watched.allocation;
    let is_page = matches!(allocation, A::Frame | A::Table | A::Slot);
    match told {
        // A real-time signal that does not come from kill(2) would lose its value: its sender is told. Any other one comes
        // all the same, and only what is told of it is lost (`__send_signal_locked`).
        Told::Waits => allocation == A::Signal && !watched.loses_value(),
        Told::Errno(Errno::EAGAIN) if allocation == A::Signal => watched.loses_value(),
        // Of a real-time one from kill(2) that waits already there is one less.
        Told::Went if allocation == A::Signal => watched.is_real_time() && !watched.loses_value(),
        _ if allocation == A::Signal => false,
        Told::Killed | Told::Went => is_page,
        Told::Ended(signal) => is_page && (signal == Signal::SIGKILL.0 || watched.from_others.has(Signal(signal))),
        Told::Errno(Errno::ENFILE) => matches!(allocation, A::Pipe | A::Inode),
        // A locked page that does not come (`__mlock_posix_error_return`).
        Told::Errno(Errno::EAGAIN) => {
            is_page && [Sysno::MLOCK, Sysno::MLOCK2].iter().any(|locking| call == Some(locking.0))
        }
        Told::Errno(errno) => errno == Errno::ENOMEM && allocation != A::Pipe,
        // An exec that can not go back any more (`bprm_execve`).
        Told::Signal(signal) => {
            let in_exec = call == Some(Sysno::EXECVE.0);
            in_exec && matches!(allocation, A::Files | A::Sighand | A::Frame | A::Table) && signal == Signal::SIGSEGV.0
        }
        Told::Kswapd => allocation == A::Slot,
        Told::Nobody => false,
    }
}

/// The machine of a script, not yet run, with its allocations counted.
fn start(script: &Script, options: &Options) -> Machine {
    let mut machine = Machine::start(&script.compiled, options).expect("the machine starts");
    machine.kernel_mut().fail_at(Failpoint { allocation: Allocation::Frame, nth: 0 });
    machine
}

fn counts(machine: &Machine) -> Counts {
    machine.kernel().failing.as_ref().map_or([0; Allocation::ALL.len()], Failing::asked)
}

/// The steps of a run in which something is allocated, by their numbers, with the counts behind each.
fn steps(script: &Script, options: &Options) -> Vec<(u64, Counts)> {
    let mut machine = start(script, options);
    let mut world = Watch { input: Typed(script.input.clone()), ..Watch::default() };
    let (mut found, mut before) = (Vec::new(), counts(&machine));
    for number in 0.. {
        let ended = machine.step(&mut world);
        let now = counts(&machine);
        if now != before {
            found.push((number, now));
            before = now;
        }
        if ended.is_some() {
            break;
        }
    }
    found
}

/// Which of so many allocations fail.
fn is_chosen(nth: u64, count: u64, every: bool) -> bool {
    every || count <= SAMPLES || (0..SAMPLES).any(|place| nth == 1 + place * (count - 1) / (SAMPLES - 1))
}

/// The call in which a task goes on that is about to.
fn resumed(state: &State) -> Option<u16> {
    let tid = state.current(ring3::base::ids::CpuId(0));
    let task = state.tasks.get(&tid).filter(|task| task.resume == Resume::Syscall)?;
    Some(task.call[0] as u16)
}

/// All signals that wait for anybody.
fn waiting(state: &State) -> SignalSet {
    let of_tasks = state.tasks.values().map(|task| task.pending.0);
    SignalSet(of_tasks.chain(state.processes.values().map(|process| process.pending.0)).fold(0, |all, set| all | set))
}

/// One run from a checkpoint on in which an allocation of its first step fails.
fn branch(
    machine: &mut Machine,
    from: &Checkpoint,
    mut world: Watch,
    point: Failpoint,
    stepped: bool,
) -> Result<Told, String> {
    let kernel = machine.kernel_mut();
    kernel.restore(from);
    kernel.fail_at(point);
    kernel.recorder().set_recording(Recording::State);
    let (resumed, from_others) = (resumed(kernel.state()), waiting(kernel.state()));
    let mut watched =
        Watched { allocation: point.allocation, resumed, asked: None, told: None, sent: None, from_others };
    let limit = kernel.config.max_steps;
    let ended = loop_to_end(machine, &mut world, &mut watched, stepped);
    machine.kernel_mut().config.max_steps = limit;
    let outcome = ended?;
    let state = machine.kernel().state();
    machine.kernel().check()?;
    match &outcome {
        Outcome::Exited { .. } => nothing_left(state)?,
        Outcome::Deadlock { sleepers, .. } => {
            let deaf = sleepers.iter().find(|sleeper| state.task(sleeper.tid).state == TaskState::Uninterruptible);
            if let Some(deaf) = deaf {
                return Err(format!("{} waits for ever: {:?}", deaf.name, deaf.on));
            }
        }
        Outcome::LimitReached(_) | Outcome::Interrupted => {}
    }
    let (task, asked_in) = watched.asked.ok_or("nothing failed")?;
    let untold = match outcome {
        _ if kswapd::is_kernel_thread(task) => Told::Kswapd,
        Outcome::Exited { .. } | Outcome::Deadlock { .. } | Outcome::LimitReached(_) | Outcome::Interrupted => {
            Told::Nobody
        }
    };
    let (told, call) = watched.told.unwrap_or((untold, asked_in));
    if is_lawful(&watched, told, call) { Ok(told) } else { Err(format!("who asked in {call:?} was told {told:?}")) }
}

fn loop_to_end(
    machine: &mut Machine,
    world: &mut Watch,
    watched: &mut Watched,
    stepped: bool,
) -> Result<Outcome, String> {
    for number in 0..MOST_STEPS {
        let ended = machine.step(world);
        if watched.told.is_none() && watched.look(&std::mem::take(&mut world.events)) {
            machine.kernel_mut().recorder().set_recording(Recording::Off);
        }
        watched.resumed = None;
        if stepped && number < CHECKED_STEPS {
            machine.kernel().check().map_err(|why| format!("after step {number}: {why}"))?;
        }
        match ended {
            Some(Outcome::LimitReached(Limit::Steps(limit))) if watched.told.is_none() && limit < MORE_STEPS => {
                machine.kernel_mut().config.max_steps = Some(MORE_STEPS);
            }
            Some(outcome) => return Ok(outcome),
            None => {}
        }
    }
    Err(format!("it has not ended after {MOST_STEPS} steps and {} instructions", machine.kernel().steps))
}

/// What a panic says.
fn words_of(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_default()
}

/// Runs a script, and lets allocations of it fail; tells what came of them to `tell`.
fn check(script: &Script, every: bool, tell: &mut impl FnMut(Allocation, Told) -> bool) -> Result<(), String> {
    let mut options = Options { recording: Recording::Off, ..script.options.clone() };
    options.config.max_steps = Some(options.config.max_steps.unwrap_or(MAX_STEPS).min(MAX_STEPS));
    let mut world = Watch { input: Typed(script.input.clone()), ..Watch::default() };
    if options.config.replacement == Replacement::Opt {
        let references = system::rehearse(&script.compiled, &options, &mut world.clone());
        options.references = Some(references.map_err(|error| error.to_string())?);
    }
    let steps = steps(script, &options);
    let Some(&(_, all)) = steps.last() else { return Ok(()) };
    let mut machine = start(script, &options);
    let (mut number, mut failures, mut stepped) = (0, Vec::new(), false);
    for (step, behind) in steps {
        while number < step {
            let _ = machine.step(&mut world);
            number += 1;
        }
        let before = counts(&machine);
        let mut from = None;
        for (sort, (allocation, name)) in Allocation::ALL.into_iter().enumerate() {
            for nth in before[sort] + 1..=behind[sort] {
                if !is_chosen(nth, all[sort], every) {
                    continue;
                }
                let from = from.get_or_insert_with(|| machine.kernel_mut().save());
                let point = Failpoint { allocation, nth };
                let tried = AssertUnwindSafe(|| branch(&mut machine, from, world.clone(), point, stepped));
                match catch_unwind(tried).unwrap_or_else(|panic| Err(words_of(panic))) {
                    Ok(told) => stepped = tell(allocation, told),
                    Err(why) => failures.push(format!("--fail {name}:{nth}: {why}")),
                }
            }
        }
        if let Some(from) = &from {
            machine.kernel_mut().restore(from);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n  ")) }
}

#[test]
fn any_allocation_can_fail() {
    #[expect(clippy::disallowed_methods, reason = "the full run is asked for from outside")]
    let every = std::env::var("RING3_FAIL").is_ok_and(|text| text == "all");
    let seen: Mutex<BTreeMap<(Allocation, Told), u64>> = Mutex::default();
    for_each(all(), |script| {
        check(script, every, &mut |allocation, told| {
            let mut seen = seen.lock().expect("no thread of this test panics");
            let times = seen.entry((allocation, told)).or_default();
            *times += 1;
            *times % STEPPED == 1
        })
    });
    let seen = seen.into_inner().expect("no thread of this test panics");
    let missing = Allocation::ALL.iter().filter(|(sort, _)| !seen.keys().any(|(allocation, _)| allocation == sort));
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
