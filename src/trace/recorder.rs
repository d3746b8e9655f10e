//! The recorder: numbers events, finds their causes, and keeps them until they are taken.
//!
//! It never changes what happens: with recording off it only counts. Events of the category `mem` take no number, so
//! that asking for them renumbers nothing.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::base::ids::{CpuId, Pid, Tid};
use crate::base::units::Ns;
use crate::trace::event::{Bytes, Category, Cause, Change, Event, Note, What};
use crate::trace::value::Io;

/// The bytes that events refer to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Arena {
    bytes: Vec<u8>,
}

impl Arena {
    /// Keeps a copy of some bytes.
    pub fn keep(&mut self, bytes: &[u8]) -> Bytes {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        Bytes { start, len: bytes.len() as u32 }
    }

    /// The bytes that an event refers to.
    #[must_use]
    pub fn get(&self, bytes: Bytes) -> &[u8] {
        &self.bytes[bytes.start as usize..(bytes.start + bytes.len) as usize]
    }

    /// Takes over events with their bytes from another arena, whose events go behind `kept`.
    ///
    /// Events refer to their bytes by place, so all bytes of both arenas keep theirs only if this one's come first;
    /// the events are shifted.
    pub fn append(&mut self, other: &Self, events: &[Numbered], kept: &mut Vec<Numbered>) {
        let shift = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&other.bytes);
        kept.extend(events.iter().map(|numbered| {
            let mut numbered = *numbered;
            numbered.event.what.shift_bytes(shift);
            numbered
        }));
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Forgets everything; all `Bytes` given out become void.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

/// When, where, for whom and why: what the kernel knows of an event beside what it tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stamp {
    /// Virtual time of the CPU.
    pub time: Ns,
    /// The CPU.
    pub cpu: CpuId,
    /// The task on whose behalf the kernel acts; 0 for none.
    pub task: Tid,
    /// The user instruction, 0 for none.
    pub pc: u32,
    /// What made it happen.
    pub cause: Cause,
}

/// What is recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Recording {
    /// Nothing; events are only counted.
    #[default]
    Off,
    /// Everything but `mem`.
    State,
    /// Everything.
    All,
    /// The bare changes, stores included, to be taken back: no notes, no numbers. See [`Recorder::changes`].
    Undo,
}

/// A numbered event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbered {
    /// Its number, from 0; an event of the category `mem` bears the number of the next other one.
    pub seq: u32,
    /// What kind of thing caused it.
    pub cause: Cause,
    /// The event.
    pub event: Event,
}

/// Numbers and keeps events.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    recording: Recording,
    seq: u32,
    events: Vec<Numbered>,
    changes: Vec<Change>,
    arena: Arena,
    last: IndexMap<Cause, u32, FxBuildHasher>,
}

impl Recorder {
    /// A recorder that keeps what `recording` says.
    #[must_use]
    pub fn new(recording: Recording) -> Self {
        Self { recording, ..Self::default() }
    }

    /// Whether stores to memory are recorded.
    #[must_use]
    pub fn wants_mem(&self) -> bool {
        matches!(self.recording, Recording::All | Recording::Undo)
    }

    /// Whether there are events to be told.
    #[must_use]
    pub fn is_on(&self) -> bool {
        matches!(self.recording, Recording::State | Recording::All)
    }

    /// Whether the changes are kept to be taken back.
    #[must_use]
    pub fn undoes(&self) -> bool {
        self.recording == Recording::Undo
    }

    /// The changes that are kept to be taken back, oldest first.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Those of them behind the first `from`, and their bytes.
    #[must_use]
    pub fn changes_since(&self, from: usize) -> (&[Change], &Arena) {
        (&self.changes[from..], &self.arena)
    }

    /// Takes out the last change that is kept to be taken back.
    pub fn pop_change(&mut self) -> Option<Change> {
        self.changes.pop()
    }

    /// Forgets the bytes behind the first `len`: no event refers to them any more.
    pub fn cut_arena(&mut self, len: usize) {
        self.arena.bytes.truncate(len);
    }

    /// Changes what is recorded from now on.
    pub fn set_recording(&mut self, recording: Recording) {
        self.recording = recording;
    }

    /// Keeps bytes for an event that is about to be recorded.
    pub fn keep(&mut self, bytes: &[u8]) -> Bytes {
        self.arena.keep(bytes)
    }

    /// The bytes that events refer to.
    #[must_use]
    pub fn arena(&self) -> &Arena {
        &self.arena
    }

    /// The number that the next event gets.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.seq
    }

    /// Counts an event and keeps it if recording is on.
    pub fn record(&mut self, stamp: Stamp, what: What) {
        if self.recording == Recording::Undo {
            if let What::Change(change) = what {
                self.changes.push(change);
            }
            return;
        }
        let mem = what.category() == Category::Mem;
        let seq = self.seq;
        if !mem {
            self.seq += 1;
        }
        if self.recording == Recording::Off {
            return;
        }
        let because = self.last.get(&stamp.cause).map_or(0, |&seq| seq + 1);
        if !mem {
            self.remember(stamp, &what, seq);
        }
        let Stamp { time, cpu, task, pc, cause } = stamp;
        self.events.push(Numbered { seq, cause, event: Event { what, time, task, because, pc, cpu } });
    }

    /// Whether events are counted only.
    #[must_use]
    #[inline]
    pub fn is_off(&self) -> bool {
        self.recording == Recording::Off
    }

    /// Counts an event that nobody records, and that is no store, as [`Recorder::record`] would.
    #[inline]
    pub fn pass_over(&mut self) {
        self.pass_over_all(1);
    }

    /// Counts so many of them.
    #[inline]
    pub fn pass_over_all(&mut self, events: u32) {
        if self.recording == Recording::Off {
            self.seq += events;
        }
    }

    /// Notes the event as the last one on the object that a later event may name as its cause.
    fn remember(&mut self, stamp: Stamp, what: &What, seq: u32) {
        let object = match *what {
            What::Note(Note::SyscallEnter { .. }) => Cause::Call(stamp.task),
            What::Note(Note::Fault { .. }) => Cause::Fault(stamp.task),
            What::Note(Note::Tick) => Cause::Tick(stamp.cpu),
            What::Note(Note::Exited { .. }) => Cause::Process(Pid(stamp.task.0)),
            What::Note(Note::SignalSent { to, .. }) => Cause::Signal(to),
            What::Change(Change::PipeSlot { pipe, .. }) => Cause::Pipe(pipe),
            What::Change(Change::Timer { tid, from: false, .. }) => Cause::Timer(tid),
            What::Change(Change::Alarm { pid, from: false, .. }) => Cause::Alarm(pid),
            What::Change(Change::Io { io, from: false, .. }) => match io {
                Io::ReadFile(ino, _) | Io::WriteFile(ino, _) => Cause::Disk(ino),
                Io::ReadSwap(slot) | Io::WriteSwap(slot) => Cause::Swap(slot),
            },
            What::Change(Change::ConsoleInput { .. } | Change::ConsoleEnd { .. }) => Cause::Console,
            What::Change(_) | What::Note(_) | What::Choice(_) => return,
        };
        let _ = self.last.insert(object, seq);
    }

    /// Something happens to an object by way of another one: the last event on this is the last on that, too.
    pub fn touch(&mut self, object: Cause, by: Cause) {
        if self.is_on()
            && let Some(&seq) = self.last.get(&by)
        {
            let _ = self.last.insert(object, seq);
        }
    }

    /// The events that wait to be taken, and their bytes.
    #[must_use]
    pub fn waiting(&self) -> (&[Numbered], &Arena) {
        (&self.events, &self.arena)
    }

    /// Forgets the waiting events and their bytes: they have been taken.
    pub fn clear(&mut self) {
        self.events.clear();
        self.arena.clear();
    }

    /// Takes all waiting events with their bytes.
    pub fn take(&mut self) -> (Vec<Numbered>, Arena) {
        (std::mem::take(&mut self.events), std::mem::take(&mut self.arena))
    }
}
