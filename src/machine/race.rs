//! The race detector: which accesses to memory nothing orders.
//!
//! Two accesses to the same byte race if one of them is a write, they are not both atomic, and neither happens before the
//! other. What happens before what is kept as vector clocks (Lamport; FastTrack, Flanagan and Freund 2009): each task
//! counts its own time, and knows up to which time of each other one all has happened before it.
//!
//! Order comes from atomic accesses to the same place, which hand on what the task knows, and from what the kernel does:
//! it is read from the events, as who wakes whom, makes whom, waits for whom, fills a pipe and sends a signal all have one.
//! A store of the kernel to memory of programs, such as the 0 that ends the wait for a thread, hands on too.
//!
//! It is no part of the machine: nothing that happens depends on it. While it is at work no page is in the fastmap, so that
//! each load and store takes the slow path. Windows are not looked at: they are each thread's own.

use std::collections::BTreeMap;

use crate::base::ids::{Frame, Pid, PipeId, Tid};
use crate::machine::mmu::Access;
use crate::trace::event::{Cause, Change, Note, What};
use crate::trace::recorder::Stamp;
use crate::trace::value::TaskState;

/// What a task knows of the times of all, by their places.
type Clock = Vec<u32>;

/// One side of a race.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Side {
    /// Who.
    pub task: Tid,
    /// The program it ran: an inode's number.
    pub program: u32,
    /// The instruction.
    pub pc: u32,
    /// Whether it stored there.
    pub writes: bool,
}

/// Two accesses that nothing orders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Race {
    /// The one that was seen first.
    pub first: Side,
    /// The other one.
    pub second: Side,
    /// The address that the second one used.
    pub address: u64,
}

/// What hands on knowledge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Sync {
    Place(Frame, u16),
    Pipe(PipeId),
    Ended(Tid),
    Signal(Pid),
}

/// An access that was seen: of which bytes of a word, and when by its task's own time.
#[derive(Clone, Copy, Debug)]
struct Seen {
    side: Side,
    place: u32,
    time: u32,
    bytes: u8,
    atomic: bool,
}

/// What is remembered of the words of a frame.
type Shadow = BTreeMap<u16, Vec<Seen>>;

/// Accesses to different bytes of a word, or by different tasks, that are remembered at once.
const PER_WORD: usize = 16;
/// Different races that are told.
const MOST: usize = 100;

#[derive(Clone, Debug)]
struct Runner {
    place: usize,
    clock: Clock,
    process: Pid,
}

/// The detector.
#[derive(Clone, Debug, Default)]
pub struct Races {
    runners: BTreeMap<Tid, Runner>,
    /// Places of tasks that are gone, with the times they had reached.
    free: Vec<(usize, u32)>,
    places: usize,
    known: BTreeMap<Sync, Clock>,
    shadow: BTreeMap<Frame, Shadow>,
    program: u32,
    found: BTreeMap<[(u32, u32); 2], Race>,
    /// The order in which they were found.
    order: Vec<[(u32, u32); 2]>,
}

/// Takes over what another clock knows.
fn join(into: &mut Clock, other: &[u32]) {
    if into.len() < other.len() {
        into.resize(other.len(), 0);
    }
    for (mine, &its) in into.iter_mut().zip(other) {
        *mine = its.max(*mine);
    }
}

impl Races {
    /// The races, in the order in which they were found, one for each pair of instructions.
    pub fn found(&self) -> impl Iterator<Item = &Race> {
        self.order.iter().filter_map(|pair| self.found.get(pair))
    }

    /// The program that the task at hand runs.
    pub fn set_program(&mut self, program: u32) {
        self.program = program;
    }

    /// A frame is given back: what was done to it is over.
    pub fn forget(&mut self, frame: Frame) {
        drop(self.shadow.remove(&frame));
    }

    /// A page becomes one process's own: what others did to it was to their copy.
    pub fn forget_others(&mut self, frame: Frame, task: Tid) {
        let process = self.runner(task).process;
        let mine: Vec<Tid> =
            self.runners.iter().filter(|(_, runner)| runner.process == process).map(|(&tid, _)| tid).collect();
        if let Some(words) = self.shadow.get_mut(&frame) {
            words.values_mut().for_each(|seen| seen.retain(|seen| mine.contains(&seen.side.task)));
        }
    }

    fn runner(&mut self, task: Tid) -> &mut Runner {
        let (free, places) = (&mut self.free, &mut self.places);
        self.runners.entry(task).or_insert_with(|| {
            let (place, time) = free.pop().unwrap_or_else(|| {
                *places += 1;
                (*places - 1, 0)
            });
            let mut clock = vec![0; place + 1];
            clock[place] = time + 1;
            Runner { place, clock, process: Pid(task.0) }
        })
    }

    /// Hands what a task knows to whoever comes to `at`.
    fn release(&mut self, task: Tid, at: Sync) {
        let runner = self.runner(task);
        let clock = runner.clock.clone();
        let place = runner.place;
        runner.clock[place] += 1;
        join(self.known.entry(at).or_default(), &clock);
    }

    /// Takes over what was handed on at `at`.
    fn acquire(&mut self, task: Tid, at: Sync) {
        if let Some(known) = self.known.get(&at).cloned() {
            join(&mut self.runner(task).clock, &known);
        }
    }

    /// What one task has done so far happens before all that another does from now on.
    fn order(&mut self, before: Tid, after: Tid) {
        let runner = self.runner(before);
        let (clock, place) = (runner.clock.clone(), runner.place);
        runner.clock[place] += 1;
        join(&mut self.runner(after).clock, &clock);
    }

    /// A store of the kernel to memory of programs.
    pub fn kernel_stores(&mut self, task: Tid, frame: Frame, offset: u16) {
        self.release(task, Sync::Place(frame, offset));
    }

    /// An access of user code to `len` bytes of a frame.
    pub fn access(
        &mut self,
        stamp: &Stamp,
        address: u64,
        (frame, offset): (Frame, u16),
        len: usize,
        access: Access,
        atomic: bool,
    ) {
        if atomic {
            self.acquire(stamp.task, Sync::Place(frame, offset));
        }
        let side = Side { task: stamp.task, program: self.program, pc: stamp.pc, writes: access == Access::Write };
        let runner = self.runner(stamp.task);
        let (place, clock) = (runner.place as u32, runner.clock.clone());
        let mut at = usize::from(offset);
        let end = at + len;
        while at < end {
            let stop = end.min((at & !7) + 8);
            let bytes = (0xff_u32 << (at & 7) & !(0xff << (stop - (at & !7)))) as u8;
            let seen = Seen { side, place, time: clock[place as usize], bytes, atomic };
            self.see((frame, (at >> 3) as u16), seen, &clock, address);
            at = stop;
        }
        if atomic {
            self.release(stamp.task, Sync::Place(frame, offset));
        }
    }

    /// Compares an access to a word with those before, and remembers it.
    fn see(&mut self, (frame, word): (Frame, u16), now: Seen, clock: &[u32], address: u64) {
        let before = self.shadow.entry(frame).or_default().entry(word).or_default();
        let mut racing = Vec::new();
        before.retain(|seen| {
            let ordered = clock.get(seen.place as usize).is_some_and(|&time| seen.time <= time);
            let conflict =
                seen.bytes & now.bytes != 0 && (seen.side.writes || now.side.writes) && !(seen.atomic && now.atomic);
            if conflict && !ordered {
                racing.push(seen.side);
            }
            // What the present access covers says nothing more than it.
            let covered =
                seen.bytes & !now.bytes == 0 && (now.side.writes || !seen.side.writes) && (seen.atomic || !now.atomic);
            !(ordered && covered)
        });
        if before.len() == PER_WORD {
            let _ = before.remove(0);
        }
        before.push(now);
        for first in racing {
            self.tell(Race { first, second: now.side, address });
        }
    }

    fn tell(&mut self, race: Race) {
        let mut pair = [(race.first.program, race.first.pc), (race.second.program, race.second.pc)];
        pair.sort_unstable();
        if self.order.len() < MOST && !self.found.contains_key(&pair) {
            let _ = self.found.insert(pair, race);
            self.order.push(pair);
        }
    }

    /// Learns from an event what is ordered.
    pub fn observe(&mut self, stamp: &Stamp, what: &What) {
        let task = stamp.task;
        match *what {
            What::Note(Note::Cloned { child, .. }) => self.order(task, child),
            What::Note(Note::Exited { .. }) => self.release(task, Sync::Ended(task)),
            What::Note(Note::Reaped { pid, .. }) => self.acquire(task, Sync::Ended(Tid(pid.0))),
            What::Note(Note::SignalSent { to, .. }) if task != Tid(0) => self.release(task, Sync::Signal(to)),
            What::Note(Note::HandlerCalled { .. }) => {
                let process = self.runner(task).process;
                self.acquire(task, Sync::Signal(process));
            }
            What::Change(Change::Tgid { tid, to, .. }) if to != Pid(0) => self.runner(tid).process = to,
            What::Change(Change::Task { tid, to: false, .. }) => {
                if let Some(runner) = self.runners.remove(&tid) {
                    self.free.push((runner.place, runner.clock[runner.place]));
                }
            }
            What::Change(Change::TaskState {
                tid,
                from: TaskState::Sleeping | TaskState::Uninterruptible | TaskState::Stopped,
                to: TaskState::Runnable(_),
            }) if task != tid && task != Tid(0) && by_a_task(stamp.cause) => self.order(task, tid),
            What::Change(Change::PipeSlot { pipe, from, to, .. }) if task != Tid(0) => {
                let len = |slot: Option<crate::trace::value::PipeSlot>| slot.map_or(0, |slot| slot.len);
                if len(to) > len(from) {
                    self.release(task, Sync::Pipe(pipe));
                } else {
                    self.acquire(task, Sync::Pipe(pipe));
                }
            }
            What::Change(Change::Pipe { pipe, to: false, .. }) => drop(self.known.remove(&Sync::Pipe(pipe))),
            What::Change(_) | What::Note(_) | What::Choice(_) => {}
        }
    }
}

/// Whether somebody's doing woke a task, and not time or a device.
const fn by_a_task(cause: Cause) -> bool {
    !matches!(cause, Cause::Timer(_) | Cause::Disk(_) | Cause::Console | Cause::Idle(_) | Cause::Tick(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Tid = Tid(2);
    const B: Tid = Tid(3);

    fn touch(races: &mut Races, task: Tid, pc: u32, access: Access, atomic: bool) {
        let stamp = Stamp { task, pc, ..Stamp::default() };
        races.access(&stamp, 0x1000, (Frame(1), 8), 8, access, atomic);
    }

    fn count(races: &Races) -> usize {
        races.found().count()
    }

    #[test]
    fn a_write_races_with_what_nothing_orders() {
        let mut races = Races::default();
        touch(&mut races, A, 1, Access::Read, false);
        touch(&mut races, B, 2, Access::Read, false);
        assert_eq!(count(&races), 0);
        touch(&mut races, B, 3, Access::Write, false);
        touch(&mut races, B, 3, Access::Write, false);
        assert_eq!(count(&races), 1);
        let race = races.found().next().unwrap();
        assert_eq!((race.first.pc, race.second.pc, race.first.writes), (1, 3, false));
    }

    #[test]
    fn atomics_order_and_do_not_race() {
        let mut races = Races::default();
        touch(&mut races, A, 1, Access::Write, true);
        touch(&mut races, B, 2, Access::Write, true);
        assert_eq!(count(&races), 0);
        touch(&mut races, B, 3, Access::Read, false);
        assert_eq!(count(&races), 0, "the atomic access before it has ordered it");
        touch(&mut races, A, 4, Access::Write, true);
        assert_eq!(count(&races), 1, "a plain read and an atomic write are not ordered");
    }

    #[test]
    fn the_kernel_orders() {
        let mut races = Races::default();
        touch(&mut races, A, 1, Access::Write, false);
        let stamp = Stamp { task: A, ..Stamp::default() };
        let cloned = Note::Cloned { child: B, flags: 0, ptes: 0, tables: 0 };
        races.observe(&stamp, &What::Note(cloned));
        touch(&mut races, B, 2, Access::Write, false);
        assert_eq!(count(&races), 0);
        races.observe(&Stamp { task: B, ..stamp }, &What::Note(Note::Exited { status: 0 }));
        races.observe(&stamp, &What::Note(Note::Reaped { pid: Pid(B.0), status: 0 }));
        touch(&mut races, A, 3, Access::Write, false);
        assert_eq!(count(&races), 0);
        touch(&mut races, B, 4, Access::Read, false);
        assert_eq!(count(&races), 1);
    }
}
