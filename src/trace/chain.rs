//! Chains of causes: why an event happened, why that did, and so on, from the events alone.
//!
//! The recorder tells of each event what made it happen. That is not all that a person asks for: a task that sleeps on a
//! lock does so because another one has it, and that one has it still because it lost the CPU; what a program does it does
//! because the scheduler chose its task. [`Causes`] adds these, in one pass; [`Teller`] puts the links into words in another.
//! What a chain names are events before the one that it explains, so it ends, at the latest where the machine starts.

mod teller;

use std::collections::BTreeMap;

use crate::base::ids::{MmId, Pid, Tid};
use crate::trace::event::{Category, Cause, Change, Note, What};
use crate::trace::names::Names;
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::value::{FutexPlace, LockAct, Mode, TaskState, WaitOn};

pub use teller::{Link, Teller, told};

/// A chain is at most so long.
pub const LONGEST: usize = 24;

/// What became of a task that later events may have as their reason. Numbers of events, plus 1; 0 for none.
#[derive(Clone, Copy, Default, Debug)]
struct Recent {
    /// It entered a call.
    entered: u32,
    /// It became runnable, and had slept, been stopped, or not lived before.
    woken: u32,
    /// It became runnable, for it had to give up the CPU; or it fell asleep.
    left: u32,
    /// The CPU was given to it.
    chosen: u32,
    /// A signal took effect on it.
    signal: u32,
    /// It ended.
    ended: u32,
}

/// Why each event happened.
#[derive(Clone, Default, Debug)]
pub struct Causes {
    names: Names,
    /// By the number of an event, that of its cause plus 1; 0 for none.
    before: Vec<u32>,
    /// The events by which tasks fell asleep on a lock: who took it, and then lost the CPU or fell asleep (plus 1, 0 for not).
    held: BTreeMap<u32, (u32, u32)>,
    tasks: BTreeMap<Tid, Recent>,
    /// Who took a lock that was not given back: by address space and record.
    locks: BTreeMap<(Option<MmId>, u64), (u32, Tid)>,
    /// The last sending of a signal to a process.
    sent: BTreeMap<(Pid, u8), u32>,
    /// With this event the first program but `init` began to run.
    first: Option<u32>,
}

impl Causes {
    /// Takes the next event.
    pub fn push(&mut self, event: &Numbered, arena: &Arena) {
        self.names.note(event, arena);
        if event.event.what.category() == Category::Mem {
            return;
        }
        let seq = event.seq as usize;
        if self.before.len() <= seq {
            self.before.resize(seq + 1, 0);
        }
        self.before[seq] = self.reason(event);
        self.remember(event);
    }

    /// How many events it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.before.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// The numbers of the events of a chain, from an event back to its first cause; the event alone if it has none. Empty
    /// if there is no such event.
    #[must_use]
    pub fn chain(&self, seq: u32) -> Vec<u32> {
        let mut chain = Vec::new();
        let mut next = Some(seq).filter(|&seq| (seq as usize) < self.before.len());
        while let Some(seq) = next.filter(|seq| !chain.contains(seq) && chain.len() < LONGEST) {
            chain.push(seq);
            let cause = match self.held.get(&seq) {
                Some(&(taken, left)) => {
                    if !chain.contains(&taken) {
                        chain.push(taken);
                    }
                    left.checked_sub(1)
                }
                None => self.before.get(seq as usize).and_then(|before| before.checked_sub(1)),
            };
            // How the machine was made explains nothing that a program does.
            let booted = self.first.filter(|&first| seq > first);
            next = cause.filter(|&cause| booted.is_none_or(|first| cause > first));
        }
        chain
    }

    fn recent(&self, task: Tid) -> Recent {
        self.tasks.get(&task).copied().unwrap_or_default()
    }

    fn process_of(&self, task: Tid) -> Pid {
        self.names.task(task).map_or(Pid(task.0), |facts| facts.tgid)
    }

    /// The number of an event's cause plus 1; 0 for none.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most events have what the recorder says")]
    fn reason(&self, numbered: &Numbered) -> u32 {
        let event = &numbered.event;
        let recent = self.recent(event.task);
        let or = |found: u32, otherwise: u32| if found == 0 { otherwise } else { found };
        match event.what {
            // A call that slept returns because it was woken.
            What::Note(Note::SyscallExit { .. }) if recent.woken > recent.entered => recent.woken,
            What::Note(Note::Reaped { pid, .. }) => or(self.recent(Tid(pid.0)).ended, event.because),
            What::Note(Note::SignalTaken { signal, .. } | Note::HandlerCalled { signal, .. }) => {
                let sent = self.sent.get(&(self.process_of(event.task), signal)).copied();
                or(sent.unwrap_or(0), event.because)
            }
            What::Note(Note::Exited { .. }) if recent.signal > recent.entered => recent.signal,
            // A task runs because it was woken, or because the one before it left the CPU.
            What::Change(Change::Current { from, to, .. }) if to.0 != 0 => {
                let Recent { woken, left, .. } = self.recent(to);
                if woken > left { woken } else { self.recent(from).left }
            }
            What::Change(Change::Current { from, .. }) => self.recent(from).left,
            _ => match numbered.cause {
                Cause::Program => recent.chosen,
                Cause::Call(task) | Cause::Fault(task) if task == event.task && event.because == 0 => recent.chosen,
                _ => event.because,
            },
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "few events are the reason for others beside what the recorder says"
    )]
    fn remember(&mut self, numbered: &Numbered) {
        let (task, this) = (numbered.event.task, numbered.seq + 1);
        match numbered.event.what {
            What::Note(Note::SyscallEnter { .. }) => self.tasks.entry(task).or_default().entered = this,
            What::Note(Note::SignalTaken { .. }) => self.tasks.entry(task).or_default().signal = this,
            What::Note(Note::Exited { .. }) => self.tasks.entry(task).or_default().ended = this,
            What::Note(Note::SignalSent { to, signal, .. }) => drop(self.sent.insert((to, signal), this)),
            What::Note(Note::Lock { record, act }) => {
                let key = (self.names.task(task).and_then(|facts| facts.mm), record);
                match act {
                    LockAct::Taken => drop(self.locks.insert(key, (numbered.seq, task))),
                    LockAct::Released => drop(self.locks.remove(&key)),
                    LockAct::Contended => {}
                }
            }
            What::Change(Change::Task { tid, to: true, .. }) => drop(self.tasks.insert(tid, Recent::default())),
            What::Change(Change::Current { to, .. }) if to.0 != 0 => {
                self.tasks.entry(to).or_default().chosen = this;
            }
            What::Change(Change::TaskState { tid, from, to }) => self.stepped(tid, (from, to), numbered.seq),
            What::Change(Change::WaitOn { tid, to: Some(WaitOn::Futex(key)), .. }) => {
                if let FutexPlace::Private(mm, address) = key.place() {
                    self.waits_for_lock(tid, (Some(mm), address), numbered.seq);
                }
            }
            What::Change(Change::Mode { to: Mode::User, .. }) if self.first.is_none() => {
                let first = self.names.task(task).is_some_and(|facts| facts.comm != "init");
                self.first = first.then_some(numbered.seq);
            }
            _ => {}
        }
    }

    fn stepped(&mut self, tid: Tid, (from, to): (TaskState, TaskState), seq: u32) {
        let recent = self.tasks.entry(tid).or_default();
        match (from, to) {
            (TaskState::Running(_), _) => recent.left = seq + 1,
            (_, TaskState::Runnable(_)) => recent.woken = seq + 1,
            (_, _) => {}
        }
        if let (TaskState::Running(_), Some(WaitOn::Futex(key))) =
            (from, self.names.task(tid).and_then(|facts| facts.wait_on))
            && let FutexPlace::Private(mm, address) = key.place()
        {
            self.waits_for_lock(tid, (Some(mm), address), seq);
        }
    }

    /// A task falls asleep on a futex: if that is a lock, its holder is the reason, and what keeps the holder from going on.
    fn waits_for_lock(&mut self, tid: Tid, key: (Option<MmId>, u64), seq: u32) {
        let Some(&(taken, holder)) = self.locks.get(&key).filter(|(_, holder)| *holder != tid) else { return };
        let left = Some(self.recent(holder).left).filter(|&left| left > taken).unwrap_or(0);
        for event in [Some(seq), self.recent(tid).left.checked_sub(1)].into_iter().flatten() {
            // The state and what it waits for are two events of one step.
            if event + 8 >= seq {
                let _ = self.held.insert(event, (taken, left));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Causes, Teller, told};
    use crate::trace::render::story;

    #[test]
    fn a_wait_ends_because_a_child_did() {
        let (events, arena) = story::fork_and_exec().told();
        let mut causes = Causes::default();
        events.iter().for_each(|event| causes.push(event, &arena));
        let chain = causes.chain(97);
        let mut teller = Teller::new(&chain);
        events.iter().for_each(|event| teller.push(event, &arena));
        let text = told(&teller.links());
        assert!(text.starts_with("#97"), "{text}");
        for word in ["wakes", "exit", "wait4"] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert_eq!(causes.chain(1_000_000), Vec::<u32>::new());
    }
}
