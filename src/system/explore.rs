//! The explorer: a script's run with every order in which its tasks can interleave.
//!
//! It searches in depth. A step of the kernel asks the oracle a few questions; the search answers them in all ways, one
//! after the other. Between two ways the step is taken back, by the inverses of its changes, and a state that was seen
//! before is not searched again: states are known by a hash of 64 bits. See `kernel::sched::interleave` for where
//! tasks may be switched, and `kernel::state::hash` for what two states have to agree in.
//!
//! Times and counters (`getrusage`) stand still while it explores, and a script that looks at the clock has as many
//! states as it sees moments.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::kernel::core::{Kernel, Moment, Output};
use crate::kernel::oracle::Oracle;
use crate::kernel::outcome::{Outcome, Report};
use crate::kernel::run::Step;
use crate::kernel::state::hash::{HashMoment, StateHash};
use crate::kernel::vfs::console;
use crate::lang::pipeline::Compiled;
use crate::system::{Machine, Options, SCRIPT_PATH, StartError};
use crate::trace::event::Question;
use crate::trace::recorder::Recording;
use crate::trace::schedule::Schedule;
use crate::trace::value::MmField;

/// When a search gives up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// States that are remembered; each takes 10 to 21 bytes.
    pub states: usize,
    /// Changes of the state on the way to where the search stands; each takes 56 bytes.
    pub changes: usize,
    /// Outcomes that are told apart.
    pub outcomes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { states: 20_000_000, changes: 10_000_000, outcomes: 1_000 }
    }
}

/// Why a search ended before all was seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// So many states were seen.
    States(usize),
    /// One path was so many changes long.
    Changes(usize),
    /// There were so many outcomes.
    Outcomes(usize),
    /// From outside.
    Interrupted,
}

/// A way in which a run can end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// How it ended.
    pub outcome: Outcome,
    /// What was written to the console.
    pub output: Vec<Output>,
    /// What is to be told of processes that ended badly.
    pub reports: Vec<Report>,
    /// What replays it: the shortest schedule that was met.
    pub schedule: Schedule,
    /// How often it was met, by a way that no state seen before was on.
    pub times: u64,
}

/// What a search found.
#[derive(Clone, Debug)]
pub struct Explored {
    /// The ways in which the run can end, in the order in which they were met.
    pub ends: Vec<End>,
    /// Different states.
    pub states: usize,
    /// Steps from a state to one of its next states.
    pub transitions: u64,
    /// The longest way, in steps.
    pub deepest: usize,
    /// Why not all was seen.
    pub stopped: Option<Stopped>,
}

/// Searches all runs of a script; its console has no input. `interrupted` is asked now and then.
///
/// # Errors
/// [`StartError`] if the machine does not start.
pub fn explore(
    compiled: &Compiled,
    options: &Options,
    limits: Limits,
    interrupted: &mut dyn FnMut() -> bool,
) -> Result<Explored, StartError> {
    let mut options = Options { recording: Recording::Off, ..options.clone() };
    options.config.interleave = true;
    let mut machine = Machine::start(compiled, &options)?;
    let plan = Rc::new(RefCell::new(Plan::default()));
    let kernel = machine.kernel_mut();
    kernel.set_oracle(Box::new(Guide(plan.clone())));
    let started = run_to_script(kernel);
    kernel.recorder().set_recording(Recording::Undo);
    let hash = StateHash::new(kernel.state());
    let found = Explored { ends: Vec::new(), states: 0, transitions: 0, deepest: 0, stopped: None };
    let mut search =
        Search { kernel, hash, plan, limits, seen: HashSet::default(), path: Vec::new(), ends: BTreeMap::new(), found };
    match started {
        Some(outcome) => search.end(outcome, 0),
        None => search.run(interrupted),
    }
    search.found.states = search.seen.len();
    Ok(search.found)
}

/// Runs until the script's program has begun: what comes before has one order. The outcome, if it ends before.
fn run_to_script(kernel: &mut Kernel) -> Option<Outcome> {
    let script = kernel.disk.inodes().find(|(_, file)| file.path == SCRIPT_PATH).map_or(0, |(ino, _)| u64::from(ino.0));
    loop {
        if kernel.state().mms.iter().any(|(_, space)| space.field(MmField::Exe) == script) {
            return None;
        }
        match kernel.step() {
            Step::Ran => {}
            Step::NeedsInput => console::end_input(kernel),
            Step::Ended(outcome) => return Some(outcome),
        }
    }
}

/// Answers as the search wants it, and notes what was asked.
#[derive(Default)]
struct Plan {
    /// Answers to the first questions of a step; the others are answered 0.
    answers: SmallVec<[u32; 4]>,
    /// The answers that were given in this step, each with the number of those possible.
    given: Answers,
}

type Answers = SmallVec<[(u32, u32); 4]>;

struct Guide(Rc<RefCell<Plan>>);

impl Oracle for Guide {
    fn choose(&mut self, _question: Question, options: u32) -> u32 {
        let mut plan = self.0.borrow_mut();
        let answer = plan.answers.get(plan.given.len()).copied().unwrap_or(0);
        plan.given.push((answer, options));
        answer
    }

    fn saved(&self) -> Box<dyn Oracle> {
        Box::new(Self(self.0.clone()))
    }
}

/// A state on the way to where the search stands.
struct Node {
    moment: Moment,
    hash: HashMoment,
    /// A hash of all output so far.
    written: u64,
    /// The answers of the step that is searched from here.
    answers: Answers,
}

impl Node {
    /// The next way to answer; none if all were tried.
    fn advance(&mut self) -> bool {
        while let Some((answer, options)) = self.answers.pop() {
            if answer + 1 < options {
                self.answers.push((answer + 1, options));
                return true;
            }
        }
        false
    }
}

struct Search<'a> {
    kernel: &'a mut Kernel,
    hash: StateHash,
    plan: Rc<RefCell<Plan>>,
    limits: Limits,
    /// The hashes of the states that were seen. Nobody asks for their order.
    seen: HashSet<u64, FxBuildHasher>,
    path: Vec<Node>,
    /// The number of an end, by the hash of how it ended and what was written.
    ends: BTreeMap<(u32, u64), usize>,
    found: Explored,
}

impl Search<'_> {
    fn run(&mut self, interrupted: &mut dyn FnMut() -> bool) {
        let written = 0;
        let _ = self.seen.insert(self.hash.key(self.kernel.state(), written));
        self.push(written);
        while !self.path.is_empty() {
            self.found.transitions += 1;
            if self.found.transitions.is_multiple_of(4096) && interrupted() {
                self.found.stopped = Some(Stopped::Interrupted);
            }
            if self.found.stopped.is_some() {
                return;
            }
            if !self.step() {
                self.go_back();
            }
        }
    }

    fn push(&mut self, written: u64) {
        let (moment, hash) = (self.kernel.moment(), self.hash.moment());
        self.path.push(Node { moment, hash, written, answers: Answers::new() });
        self.found.deepest = self.found.deepest.max(self.path.len());
    }

    /// Does the step that the last node of the path names; whether that led to a state that was not seen before.
    fn step(&mut self) -> bool {
        let node = self.path.last_mut().expect("the search is not over");
        {
            let mut plan = self.plan.borrow_mut();
            plan.answers = node.answers.iter().map(|&(answer, _)| answer).collect();
            plan.given.clear();
        }
        let step = self.kernel.step();
        if step == Step::NeedsInput {
            console::end_input(self.kernel);
        }
        node.answers = std::mem::take(&mut self.plan.borrow_mut().given);
        let written = self.kernel.output[node.moment.output..].iter().fold(node.written, StateHash::with_output);
        if let Step::Ended(outcome) = step {
            self.end(outcome, written);
            return false;
        }
        let from = node.moment.changes;
        let (changes, bytes) = self.kernel.recorder().changes_since(from);
        for change in changes {
            self.hash.follow(change, bytes);
        }
        if self.kernel.moment().changes > self.limits.changes {
            self.found.stopped = Some(Stopped::Changes(self.limits.changes));
        }
        if !self.seen.insert(self.hash.key(self.kernel.state(), written)) {
            return false;
        }
        if self.seen.len() >= self.limits.states {
            self.found.stopped = Some(Stopped::States(self.limits.states));
        }
        self.push(written);
        true
    }

    /// Takes back the last step that can go another way, and those behind it.
    fn go_back(&mut self) {
        while let Some(node) = self.path.last_mut() {
            self.kernel.rewind(&node.moment);
            self.hash.rewind(node.hash);
            if node.advance() {
                return;
            }
            let _ = self.path.pop();
        }
    }

    fn end(&mut self, outcome: Outcome, written: u64) {
        let kind = match &outcome {
            Outcome::Exited { status } => *status,
            Outcome::Deadlock { .. } => u32::MAX,
            Outcome::LimitReached(_) => u32::MAX - 1,
            Outcome::Interrupted => u32::MAX - 2,
        };
        let schedule = self.kernel.deviations().clone();
        if let Some(&index) = self.ends.get(&(kind, written)) {
            let end = &mut self.found.ends[index];
            end.times += 1;
            if schedule.deviations().len() < end.schedule.deviations().len() {
                let (output, reports) = (end.output.clone(), self.kernel.reports.clone());
                *end = End { outcome, output, reports, schedule, times: end.times };
            }
            return;
        }
        let _ = self.ends.insert((kind, written), self.found.ends.len());
        let (output, reports) = (self.kernel.output.clone(), self.kernel.reports.clone());
        self.found.ends.push(End { outcome, output, reports, schedule, times: 1 });
        if self.found.ends.len() >= self.limits.outcomes {
            self.found.stopped = Some(Stopped::Outcomes(self.limits.outcomes));
        }
    }
}
