//! The laws that the trace and the kernel keep, checked over every script of the suite and of the examples.
//!
//! The trace determines the state, forward and backward; equal runs are equal to the byte; recording changes nothing;
//! a schedule replays its run; pipes lose no byte; counts agree with a recount after each step; and a machine that is
//! switched off is empty.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use ring3::abi::sysno::Sysno;
use ring3::base::ids::{PipeId, Tid};
use ring3::kernel::outcome::Outcome;
use ring3::kernel::run::Step;
use ring3::kernel::state::State;
use ring3::kernel::state::hash::StateHash;
use ring3::kernel::vfs::console;
use ring3::system::{Choices, Finished, Machine, Options, World};
use ring3::trace::event::{Category, Change, Note, What};
use ring3::trace::filter::Filter;
use ring3::trace::recorder::{Arena, Numbered, Recording};
use ring3::trace::render::Format;
use ring3::trace::schedule::Schedule;
use ring3::trace::value::{FrameKind, InodeKind};

use crate::harness::{Script, all, for_each, render_text};

/// Instructions after which a run is stopped here; the laws hold wherever it stops.
const MAX_STEPS: u64 = 1_000_000;
/// The same under a short slice, where a trace has many more events.
const MAX_SHORT_STEPS: u64 = 100_000;
/// A slice so short that tasks are interrupted everywhere.
const SHORT_QUANTUM: u64 = 100;
/// The seeds that schedules are drawn with.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=5;
/// Seeds at quantum 1, if they are short.
const CHANCES: u64 = 4;
/// Instructions at quantum 1, where each has some twenty events.
const MAX_CHANCE_STEPS: u64 = 5_000;
/// Kernel steps after each of which the invariants are checked; after them, every so many.
const CHECKED_STEPS: u64 = 2_000;
/// A prime, so that the checks meet a loop at all its places.
const CHECKED_EVERY: u64 = 97;

/// The options of a script's header, with the limit of this file.
fn options(script: &Script, recording: Recording) -> Options {
    let mut options = Options { recording, ..script.options.clone() };
    limit(&mut options, MAX_STEPS);
    options
}

/// Another schedule: a seed, and slices of at most [`SHORT_QUANTUM`].
fn hurried(script: &Script, seed: u64, recording: Recording) -> Options {
    let mut options = Options { recording, choices: Choices::Seed(seed), ..script.options.clone() };
    options.config.quantum = SHORT_QUANTUM;
    limit(&mut options, MAX_SHORT_STEPS);
    options
}

fn limit(options: &mut Options, steps: u64) {
    let own = options.config.max_steps.unwrap_or(u64::MAX);
    options.config.max_steps = Some(own.min(steps));
}

fn blank(finished: &Finished) -> State {
    let config = &finished.machine.kernel().config;
    State::switched_on(config)
}

fn end(finished: &Finished) -> &State {
    finished.machine.kernel().state()
}

/// Applies all recorded changes to a machine that was just switched on.
fn fold(finished: &Finished) -> State {
    let mut state = blank(finished);
    for numbered in &finished.events {
        if let What::Change(change) = &numbered.event.what {
            state.apply(change, &finished.arena);
        }
    }
    state
}

/// Takes all recorded changes back, the last one first.
fn undo(finished: &Finished, mut state: State) -> State {
    for numbered in finished.events.iter().rev() {
        if let What::Change(change) = &numbered.event.what {
            state.apply(&change.inverse(), &finished.arena);
        }
    }
    state
}

fn in_words(what: &'static str) -> impl Fn(String) -> String {
    move |why| format!("{what}: {why}")
}

/// Fold and undo, without the category `mem` and with it.
fn check_fold_and_undo(state: &Finished, all: &Finished) -> Result<(), String> {
    let folded = fold(state);
    end(state).same_but_for_user_memory(&folded).map_err(in_words("the end and its fold"))?;
    undo(state, folded).same(&blank(state)).map_err(in_words("blank and undone"))?;
    end(all).same(&fold(all)).map_err(in_words("the end and its fold, with mem"))?;
    undo(all, end(all).clone()).same(&blank(all)).map_err(in_words("blank and undone, with mem"))?;
    check_hash(all)
}

/// The hash that followed the changes is that of the end, and goes back to that of the blank machine.
fn check_hash(all: &Finished) -> Result<(), String> {
    let mut hash = StateHash::new(&blank(all));
    let start = hash.recount(&blank(all));
    let (moment, key) = (hash.moment(), hash.key(&blank(all), 0));
    for numbered in &all.events {
        if let What::Change(change) = &numbered.event.what {
            hash.follow(change, &all.arena);
        }
    }
    if hash.sum() != hash.recount(end(all)).wrapping_sub(start) {
        return Err("the hash of the changes is not that of the end".to_owned());
    }
    hash.rewind(moment);
    if hash.key(&blank(all), 0) == key { Ok(()) } else { Err("the hash was not taken back".to_owned()) }
}

/// Two finished runs ended alike.
fn check_ends(a: &Finished, b: &Finished) -> Result<(), String> {
    if a.outcome != b.outcome {
        return Err(format!("outcomes {:?} and {:?}", a.outcome, b.outcome));
    }
    if (&a.stdout, &a.stderr) != (&b.stdout, &b.stderr) {
        return Err("the outputs differ".to_owned());
    }
    if a.machine.reports() != b.machine.reports() {
        return Err("the reports differ".to_owned());
    }
    end(a).same(end(b))
}

/// Two lists of events with their bytes are equal.
fn check_events(a: (&[Numbered], &Arena), b: (&[Numbered], &Arena)) -> Result<(), String> {
    if let Some((a, b)) = a.0.iter().zip(b.0).find(|(a, b)| a != b) {
        return Err(format!("events differ: {a:?} and {b:?}"));
    }
    if a.0.len() != b.0.len() {
        return Err(format!("{} events and {} events", a.0.len(), b.0.len()));
    }
    if a.1 == b.1 { Ok(()) } else { Err("the bytes of the events differ".to_owned()) }
}

fn trace(finished: &Finished) -> (&[Numbered], &Arena) {
    (&finished.events, &finished.arena)
}

/// The events but those of the category `mem`, with their own bytes only.
fn without_mem(finished: &Finished) -> (Vec<Numbered>, Arena) {
    let mut arena = Arena::default();
    let mut events = finished.events.clone();
    events.retain(|numbered| numbered.event.what.category() != Category::Mem);
    for numbered in &mut events {
        numbered.event.what.each_bytes(|bytes| *bytes = arena.keep(finished.arena.get(*bytes)));
    }
    (events, arena)
}

/// The schedule that a run printed gives the same run again.
fn check_replay(script: &Script, options: &Options, first: &Finished) -> Result<(), String> {
    let printed = first.machine.kernel().deviations().to_string();
    let schedule: Schedule = printed.parse().map_err(|error| format!("{printed}: {error}"))?;
    let told = Schedule::from_choices(first.events.iter().filter_map(|numbered| match numbered.event.what {
        What::Choice(choice) => Some(choice),
        What::Change(_) | What::Note(_) => None,
    }));
    if told != schedule {
        return Err(format!("the trace tells {told}, the kernel {schedule}"));
    }
    let again = script.run(&Options { choices: Choices::Schedule(schedule), ..options.clone() });
    check_events(trace(first), trace(&again))?;
    check_ends(first, &again)
}

/// A world that hears nothing and says nothing.
struct Silence;

impl World for Silence {
    fn output(&mut self, _output: &ring3::kernel::core::Output) {}

    fn events(&mut self, _machine: &Machine, _events: &[Numbered], _arena: &Arena) {}

    fn line(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn interrupted(&mut self) -> bool {
        false
    }
}

/// Runs a script step by step and checks the invariants.
pub fn check_steps(script: &Script, options: &Options) -> Result<(), String> {
    let mut machine = Machine::start(&script.compiled, options).expect("the machine starts");
    let mut lines = script.input.split_inclusive(|&byte| byte == b'\n');
    for number in 0.. {
        let step = machine.kernel_mut().step();
        machine.deliver(&mut Silence);
        let ended = matches!(step, Step::Ended(_));
        if number < CHECKED_STEPS || number % CHECKED_EVERY == 0 || ended {
            machine.kernel().check().map_err(|why| format!("after step {number}: {why}"))?;
        }
        match (step, lines.next()) {
            (Step::NeedsInput, Some(line)) => console::type_line(machine.kernel_mut(), line),
            (Step::NeedsInput, None) => console::end_input(machine.kernel_mut()),
            (Step::Ran | Step::Ended(_), _) => {}
        }
        if ended {
            break;
        }
    }
    Ok(())
}

/// A machine whose init has exited holds the kernel, the file system and its cache, and nothing else.
pub fn check_nothing_left(finished: &Finished) -> Result<(), String> {
    if matches!(finished.outcome, Outcome::Exited { .. }) { nothing_left(end(finished)) } else { Ok(()) }
}

/// The same of the state of a machine whose init has exited.
pub fn nothing_left(state: &State) -> Result<(), String> {
    let counts = [
        ("tasks", state.tasks.len()),
        ("processes", state.processes.len()),
        ("queued tasks", state.queues.iter().map(|queue| queue.len()).sum()),
        ("waiters", state.waiters.len()),
        ("timers", state.timers.len()),
        ("address spaces", state.mms.len()),
        ("tables of descriptors", state.files.len()),
        ("working directories", state.fs.len()),
        ("tables of signal actions", state.sighands.len()),
        ("open files", state.open_files.len()),
        ("pipes", state.pipes.len()),
        ("TLB entries", state.hardware.cpus.iter().map(|cpu| cpu.tlb.valid().count()).sum()),
        ("tasks on a cpu", state.hardware.cpus.iter().filter(|cpu| cpu.current.0 != 0).count()),
    ];
    for (what, count) in counts {
        if count != 0 {
            return Err(format!("{count} {what} are left"));
        }
    }
    for (id, frame) in state.frames.iter() {
        match frame.usage.kind {
            FrameKind::Kernel | FrameKind::Zero | FrameKind::File | FrameKind::Shmem => {}
            FrameKind::Table | FrameKind::Anon | FrameKind::Pipe => {
                return Err(format!("frame {id} is left: {:?}", frame.usage));
            }
        }
    }
    for (ino, inode) in state.inodes.iter() {
        if inode.holders != 0 || inode.links == 0 {
            return Err(format!("inode {ino} is left with {} holders and {} names", inode.holders, inode.links));
        }
    }
    Ok(())
}

#[test]
fn the_trace_gives_the_state_forward_and_backward() {
    for_each(all(), |script| {
        let run = |recording| script.run(&options(script, recording));
        check_fold_and_undo(&run(Recording::State), &run(Recording::All))
    });
}

#[test]
fn equal_runs_are_equal_to_the_byte() {
    for_each(all(), |script| {
        let [a, b] = [(); 2].map(|()| script.run(&options(script, Recording::State)));
        check_events(trace(&a), trace(&b))?;
        check_ends(&a, &b)?;
        let [a, b] =
            [a, b].map(|run| render_text(&run.machine, &run.events, &run.arena, Filter::default(), Format::Text));
        if a == b { Ok(()) } else { Err("the texts differ".to_owned()) }
    });
}

#[test]
fn recording_changes_nothing() {
    for_each(all(), |script| {
        let mut runs = [Recording::Off, Recording::State, Recording::All].map(|it| script.run(&options(script, it)));
        let numbers = runs.each_mut().map(|run| run.machine.kernel_mut().recorder().seq());
        let [off, state, all] = runs;
        let [a, b, c] = [&off, &state, &all].map(|run| run.machine.kernel().accounting());
        if a != b || a != c {
            return Err(format!("accounts differ: off {a:?}, state {b:?}, all {c:?}"));
        }
        check_ends(&off, &state).map_err(in_words("off and state"))?;
        check_ends(&off, &all).map_err(in_words("off and all"))?;
        if numbers.iter().any(|&number| number != numbers[0]) {
            return Err(format!("the events are numbered up to {numbers:?}"));
        }
        let (a, b) = (without_mem(&state), without_mem(&all));
        check_events((&a.0, &a.1), (&b.0, &b.1)).map_err(in_words("state and all"))?;
        let [a, b] =
            [state, all].map(|run| render_text(&run.machine, &run.events, &run.arena, Filter::default(), Format::Text));
        if a == b { Ok(()) } else { Err("the texts differ".to_owned()) }
    });
}

#[test]
fn a_schedule_replays_its_run() {
    for_each(all(), |script| {
        for seed in SEEDS {
            let seeded = Options { choices: Choices::Seed(seed), ..options(script, Recording::State) };
            let first = script.run(&seeded);
            check_replay(script, &seeded, &first).map_err(|why| format!("seed {seed}: {why}"))?;
        }
        Ok(())
    });
}

#[test]
fn invariants_hold_after_each_step() {
    for_each(all(), |script| check_steps(script, &options(script, Recording::Off)));
}

#[test]
fn nothing_is_left_when_init_has_exited() {
    for_each(all(), |script| check_nothing_left(&script.run(&options(script, Recording::Off))));
}

/// What calls have written to a pipe and read from it, as their results say.
#[derive(Default)]
struct Flow {
    written: i64,
    read: i64,
    /// Calls that have not returned.
    open: u32,
    /// A call on it never returned: nobody was told what it did.
    untold: bool,
}

/// The pipe that a call reads or writes, if it is one.
fn pipe_of(state: &State, task: Tid, nr: u16, words: &[u8]) -> Option<PipeId> {
    let fd = words.get(..8).and_then(|word| u32::try_from(u64::from_le_bytes(word.try_into().ok()?)).ok())?;
    let transfers = [Sysno::READ, Sysno::WRITE].contains(&Sysno(nr));
    let files = state.tasks.get(&task).filter(|_| transfers)?.files?;
    let file = state.files(files).fds.get(fd)?.file;
    let InodeKind::Pipe(pipe) = state.inode(state.file(file).open.ino).inode.kind else { return None };
    Some(pipe)
}

/// Bytes that went into a pipe are those that came out and those that it holds, whenever no call is under way.
fn check_pipes(run: &Finished) -> Result<u32, String> {
    let mut state = blank(run);
    let mut flows: BTreeMap<PipeId, Flow> = BTreeMap::new();
    let mut calls: BTreeMap<Tid, (u16, PipeId)> = BTreeMap::new();
    let mut checked = 0;
    for Numbered { seq, event, .. } in &run.events {
        match event.what {
            What::Change(change) => {
                if let Change::Pipe { pipe, from: false, .. } = change {
                    let _ = flows.insert(pipe, Flow::default());
                }
                state.apply(&change, &run.arena);
            }
            What::Note(Note::SyscallEnter { nr, words, .. }) => {
                if let Some(pipe) = pipe_of(&state, event.task, nr, run.arena.get(words)) {
                    flows.entry(pipe).or_default().open += 1;
                    let _ = calls.insert(event.task, (nr, pipe));
                }
            }
            What::Note(Note::SyscallExit { result, .. }) => {
                let Some((nr, pipe)) = calls.remove(&event.task) else { continue };
                let flow = flows.entry(pipe).or_default();
                flow.open -= 1;
                *(if Sysno(nr) == Sysno::READ { &mut flow.read } else { &mut flow.written }) += result.max(0);
                if flow.open > 0 || flow.untold || state.pipes.get(pipe.0).is_none() {
                    continue;
                }
                let held: i64 = state.pipe(pipe).slots.iter().map(|slot| i64::from(slot.len)).sum();
                if flow.written != flow.read + held {
                    let Flow { written, read, .. } = flow;
                    return Err(format!("event {seq}: {pipe:?} got {written} bytes, gave {read} and holds {held}"));
                }
                checked += 1;
            }
            What::Note(Note::Exited { .. }) => {
                if let Some((_, pipe)) = calls.remove(&event.task) {
                    let flow = flows.entry(pipe).or_default();
                    flow.open -= 1;
                    flow.untold = true;
                }
            }
            What::Note(_) | What::Choice(_) => {}
        }
    }
    Ok(checked)
}

#[test]
fn pipes_lose_no_byte() {
    let checked = AtomicU32::new(0);
    for_each(all(), |script| {
        for options in [options(script, Recording::State), hurried(script, 3, Recording::State)] {
            let _ = checked.fetch_add(check_pipes(&script.run(&options))?, Ordering::Relaxed);
        }
        Ok(())
    });
    assert!(checked.load(Ordering::Relaxed) > 100, "hardly a pipe was used: {checked:?}");
}

/// How many seeds each script is run with at quantum 1, by the environment variable RING3_SEEDS, and how many
/// instructions of a run are executed; without the variable few of both, until a budget is spent.
fn chances() -> (u64, u64, u64) {
    #[expect(clippy::disallowed_methods, reason = "the full run is asked for from outside")]
    let wanted = std::env::var("RING3_SEEDS").ok().and_then(|text| text.parse().ok());
    wanted.map_or((CHANCES, MAX_CHANCE_STEPS, MAX_CHANCE_STEPS), |seeds| (seeds, MAX_SHORT_STEPS, u64::MAX))
}

/// Each script under many seeds, with a switch possible between any two instructions.
#[test]
fn the_laws_hold_when_chance_parts_any_two_instructions() {
    let (seeds, max_steps, budget) = chances();
    for_each(all(), |script| {
        let mut spent = 0;
        for seed in 1..=seeds {
            if spent >= budget {
                break;
            }
            let mut options = hurried(script, seed, Recording::All);
            options.config.quantum = 1;
            limit(&mut options, max_steps);
            let finished = script.run(&options);
            let check = || {
                end(&finished).same(&fold(&finished)).map_err(in_words("the end and its fold"))?;
                finished.machine.kernel().check()?;
                check_hash(&finished)?;
                check_nothing_left(&finished)
            };
            check().map_err(|why| format!("seed {seed}, quantum 1: {why}"))?;
            spent += finished.machine.kernel().steps;
        }
        Ok(())
    });
}

/// Each script under one of the seeds, in slices so short that everything is interrupted.
#[test]
fn the_laws_hold_under_other_schedules() {
    let seeds: Vec<(&str, u64)> = all().map(|script| script.name.as_str()).zip(SEEDS.cycle()).collect();
    for_each(all(), |script| {
        let seed = seeds.iter().find(|(name, _)| *name == script.name).map_or(1, |&(_, seed)| seed);
        let options = |recording| hurried(script, seed, recording);
        let [state, all] = [Recording::State, Recording::All].map(|recording| script.run(&options(recording)));
        let check = || {
            check_fold_and_undo(&state, &all)?;
            check_ends(&state, &all)?;
            check_replay(script, &options(Recording::State), &state)?;
            check_nothing_left(&state)?;
            check_steps(script, &options(Recording::Off))
        };
        check().map_err(|why| format!("seed {seed}, quantum {SHORT_QUANTUM}: {why}"))
    });
}
