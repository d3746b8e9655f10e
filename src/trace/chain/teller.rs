//! The links of a chain in words: each event with its number, its task and its line.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::abi::image::Debug;
use crate::abi::sysno::Sysno;
use crate::base::ids::{Ino, Tid};
use crate::base::units::Ns;
use crate::trace::event::{Category, Change, Note, What};
use crate::trace::names::Names;
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::render::{phrase, short};
use crate::trace::source::{Line, Sources};
use crate::trace::value::{LockAct, TaskState};

/// An event of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Its number.
    pub seq: u32,
    /// When.
    pub time: Ns,
    /// On whose behalf, as `ls[3]`.
    pub task: String,
    /// At which line of source; none if there is none.
    pub line: Option<Line>,
    /// What happened.
    pub text: String,
}

/// Puts events into words as they come by.
#[derive(Clone, Default, Debug)]
pub struct Teller {
    /// The numbers in the order of the chain.
    chain: Vec<u32>,
    names: Names,
    sources: Sources,
    /// Lines at which tasks entered the kernel last: exec and exit take the program away.
    places: BTreeMap<Tid, (u32, Option<Line>)>,
    links: BTreeMap<u32, Link>,
    /// A link whose task falls asleep, until it is known for what.
    falls: Option<(u32, Tid)>,
}

impl Teller {
    /// A teller of these events.
    #[must_use]
    pub fn new(chain: &[u32]) -> Self {
        Self { chain: chain.to_vec(), ..Self::default() }
    }

    /// Tells the lines and globals of a program.
    pub fn learn(&mut self, program: Ino, debug: Arc<Debug>) {
        self.sources.learn(program, debug);
    }

    /// Takes the next event.
    pub fn push(&mut self, numbered: &Numbered, arena: &Arena) {
        self.names.note(numbered, arena);
        let event = &numbered.event;
        if event.what.category() == Category::Mem {
            return;
        }
        if let What::Change(Change::WaitOn { tid, to: Some(on), .. }) = event.what
            && let Some((seq, _)) = self.falls.take_if(|(_, falling)| *falling == tid)
            && let Some(link) = self.links.get_mut(&seq)
        {
            let _ = write!(link.text, "; it awaits {}", phrase::awaited(on, tid, &self.names, &self.sources));
        }
        let line = self.line(numbered);
        if !self.chain.contains(&numbered.seq) {
            return;
        }
        let text = self.text(numbered, arena);
        let task = match event.what {
            What::Change(Change::TaskState { tid, .. } | Change::WaitOn { tid, .. }) => tid,
            What::Change(Change::Current { to, .. }) => to,
            What::Change(_) | What::Note(_) | What::Choice(_) => event.task,
        };
        // The line is that of the task at work, which wakes others.
        let line = line.filter(|_| task == event.task);
        let (seq, time, task) = (numbered.seq, event.time, self.names.task_name(task));
        let _ = self.links.insert(seq, Link { seq, time, task, line, text });
    }

    /// The links in the order of the chain, as far as their events came by.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        self.chain.iter().filter_map(|seq| self.links.get(seq).cloned()).collect()
    }

    fn line(&mut self, numbered: &Numbered) -> Option<Line> {
        let event = &numbered.event;
        if event.pc == 0 {
            return None;
        }
        if let Some((pc, line)) = self.places.get(&event.task)
            && *pc == event.pc
        {
            return line.clone();
        }
        let line = self.names.exe(event.task).and_then(|program| self.sources.line(program, event.pc));
        let _ = self.places.insert(event.task, (event.pc, line.clone()));
        line
    }

    fn text(&mut self, numbered: &Numbered, arena: &Arena) -> String {
        let (names, task) = (&self.names, numbered.event.task);
        match numbered.event.what {
            What::Note(Note::SyscallEnter { nr, words, text, .. }) => {
                format!("calls {}", phrase::call(nr, arena.get(words), arena.get(text), task, names))
            }
            What::Note(Note::SyscallExit { nr, result, .. }) => {
                format!("{} returns {}", Sysno(nr), phrase::result(nr, result))
            }
            What::Note(Note::Fault { address, code }) => {
                format!("faults: {}", phrase::fault(address, code, task, names, &self.sources))
            }
            What::Note(Note::Lock { record, act }) => {
                let name = phrase::place(record, task, names, &self.sources);
                match act {
                    LockAct::Taken => format!("takes the lock {name}"),
                    LockAct::Contended => format!("wants the lock {name}, which is not free"),
                    LockAct::Released => format!("gives back the lock {name}"),
                }
            }
            What::Note(Note::Exited { status }) => format!("ends: {}", phrase::status(status)),
            What::Note(Note::Cloned { child, .. }) => format!("makes {}", names.task_name(child)),
            What::Note(Note::Tick) => "is interrupted by the timer: its time slice is over".to_owned(),
            What::Change(Change::WaitOn { tid, to: Some(on), .. }) => {
                format!("awaits {}", phrase::awaited(on, tid, names, &self.sources))
            }
            What::Change(Change::TaskState { tid, from, to }) => self.step(numbered.seq, tid, (from, to)),
            What::Change(Change::Current { from, to, .. }) => match (from.0, to.0) {
                (_, 0) => format!("{} has left the CPU, and nobody else can run", names.task_name(from)),
                (0, _) => "is chosen to run".to_owned(),
                _ => format!("is chosen to run instead of {}", names.task_name(from)),
            },
            What::Change(change) => joined(phrase::change(&change, names, arena)),
            What::Note(note) => joined(phrase::note(&note, names, arena)),
            What::Choice(choice) => joined(phrase::choice(&choice)),
        }
    }

    /// A task goes from one state to another.
    fn step(&mut self, seq: u32, tid: Tid, (from, to): (TaskState, TaskState)) -> String {
        match (from, to) {
            (TaskState::Running(_), TaskState::Sleeping | TaskState::Uninterruptible) => {
                let known = self.names.task(tid).and_then(|facts| facts.wait_on);
                let Some(on) = known else {
                    self.falls = Some((seq, tid));
                    return "falls asleep".to_owned();
                };
                format!("falls asleep; it awaits {}", phrase::awaited(on, tid, &self.names, &self.sources))
            }
            (TaskState::Running(_), TaskState::Runnable(_)) => "has to leave the CPU".to_owned(),
            (TaskState::New, TaskState::Runnable(_)) => "is new, and can run".to_owned(),
            (TaskState::Sleeping | TaskState::Uninterruptible, TaskState::Runnable(_)) => {
                "wakes: it can run again".to_owned()
            }
            _ => format!("{} → {}", phrase::state(from), phrase::state(to)),
        }
    }
}

fn joined((verb, text): (&'static str, String)) -> String {
    format!("{verb}: {text}")
}

/// A chain as lines: the event, and below it, each after "because", what made it happen.
#[must_use]
pub fn told(links: &[Link]) -> String {
    let mut text = String::new();
    for (place, Link { seq, task, line, text: what, .. }) in links.iter().enumerate() {
        let because = if place == 0 { "" } else { "  because " };
        let at = match line {
            Some(line) if line.own => format!(", line {}", short(line)),
            Some(line) => format!(", {}", short(line)),
            None => String::new(),
        };
        // Nothing that a script can print reaches the terminal as it is.
        let what: String = what.chars().map(|letter| if letter.is_control() { '·' } else { letter }).collect();
        let _ = writeln!(text, "{because}#{seq} {task}{at}: {what}");
    }
    text
}
