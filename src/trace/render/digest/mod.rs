//! The digest: what happened, made of many small changes, in the order in which it happened.
//!
//! One entry may be held back until it is known whether the next events belong to it: a call that returns at once is
//! one line, a switch takes its CR3 along, a fork its card. Whatever has a line of its own first lets go of what is held,
//! so nothing is reordered.

mod areas;
mod evicted;
mod held;
mod lives;
mod locks;
mod states;
mod stores;
mod traps;

use std::collections::BTreeMap;

use crate::abi::sysno::Sysno;
use crate::base::ids::{CpuId, Frame, Tid};
use crate::base::units::{Page, Vaddr};
use crate::trace::event::{Category, Change, Choice, Note, Question, What};
use crate::trace::filter::{Detail, Filter};
use crate::trace::names::Names;
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::render::call::{Answer, Call};
use crate::trace::render::card::{self, Copied, Portrait};
use crate::trace::render::digest::held::{Held, Open};
use crate::trace::render::digest::locks::Locks;
use crate::trace::render::digest::stores::Pages;
use crate::trace::render::fault::{Fault, Served, USER};
use crate::trace::render::layout::{Below, Entry, Layout, Mark};
use crate::trace::render::walk::Walk;
use crate::trace::render::{sentence, words};
use crate::trace::source::Sources;
use crate::trace::value::Mode;

/// An event, and what the digest needs to know beside it.
pub struct Context<'a> {
    /// The event.
    pub event: &'a Numbered,
    /// What is shown.
    pub filter: &'a Filter,
    /// Names, with the event already learnt.
    pub names: &'a Names,
    /// Names of globals.
    pub sources: &'a Sources,
    /// The bytes of the event.
    pub arena: &'a Arena,
    /// The source line of the event, as it is shown.
    pub place: String,
    /// Whether task and line of the event are among those shown.
    pub picked: bool,
}

/// Gathers events into entries.
#[derive(Clone, Debug)]
pub struct Digest {
    layout: Layout,
    held: Option<Held>,
    /// The tasks that are in a call which makes, replaces or ends a process, as they were before.
    portraits: BTreeMap<Tid, Portrait>,
    /// CPUs that entered the kernel on a line that was shown, and did not leave it on one yet.
    inside: BTreeMap<CpuId, bool>,
    /// New tasks that have not run yet, and the call that made them.
    newborn: BTreeMap<Tid, Sysno>,
    /// The page whose fault sent a task to sleep until a device has it.
    awaited: BTreeMap<Tid, Page>,
    locks: Locks,
    pages: Pages,
}

impl Digest {
    /// A digest that has seen nothing.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            held: None,
            portraits: BTreeMap::new(),
            inside: BTreeMap::new(),
            newborn: BTreeMap::new(),
            awaited: BTreeMap::new(),
            locks: Locks::new(),
            pages: Pages::default(),
        }
    }

    /// Fits lines to a terminal of so many columns.
    pub fn set_width(&mut self, columns: usize) {
        self.layout.set_width(columns);
    }

    /// Writes the head of the digest, and what runs first, after so many events that are not shown.
    pub fn begin(&mut self, hidden: u32, cx: &Context<'_>, out: &mut String) {
        self.layout.header(out);
        if hidden == 0 {
            return;
        }
        let task = cx.names.cpu(cx.event.event.cpu).current;
        let text = format!("{hidden} events made the machine and {}", cx.names.task_name(task));
        let mut entry = Self::entry(cx, "boot", text);
        entry.task = cx.names.task_name(task);
        if cx.filter.detail(Category::Task) != Detail::Hidden
            && let Some(process) = Portrait::take(task, cx.names)
        {
            entry.below = card::started(&process);
        }
        self.layout.write(&entry, out);
    }

    /// Writes that so many events at the end are not shown.
    pub fn end(&mut self, hidden: u32, cx: &Context<'_>, out: &mut String) {
        let entry = Self::entry(cx, "halt", format!("{hidden} events switched the machine off"));
        self.say(&entry, cx, out);
    }

    /// Takes an event; writes what is complete.
    pub fn push(&mut self, cx: &Context<'_>, out: &mut String) {
        match cx.event.event.what {
            What::Change(change) => self.change(&change, cx, out),
            What::Note(note) => self.note(&note, cx, out),
            What::Choice(choice) => self.choice(&choice, cx, out),
        }
    }

    /// Writes what is still held back.
    pub fn finish(&mut self, names: &Names, out: &mut String) {
        self.release(names, out);
    }

    fn entry(cx: &Context<'_>, verb: &'static str, text: String) -> Entry {
        let mark = match cx.names.cpu(cx.event.event.cpu).mode {
            Mode::Kernel => Mark::Kernel,
            Mode::User => Mark::User,
        };
        let task = cx.names.task_name(cx.event.event.task);
        let (seq, time, place) = (cx.event.seq, cx.event.event.time, cx.place.clone());
        Entry { seq, time, task, place, mark, verb, text, below: Vec::new() }
    }

    /// Whether an event of a category has a line in this much detail.
    fn wants(cx: &Context<'_>, category: Category, detail: Detail) -> bool {
        cx.picked && cx.filter.detail(category) >= detail
    }

    /// Writes an entry at once.
    fn say(&mut self, entry: &Entry, cx: &Context<'_>, out: &mut String) {
        self.release(cx.names, out);
        self.layout.write(entry, out);
    }

    /// Holds an entry back.
    fn hold(&mut self, entry: Entry, open: Open, cx: &Context<'_>, out: &mut String) {
        self.release(cx.names, out);
        self.held = Some(Held::new(entry, open));
    }

    /// Writes what is held back, as it stands.
    fn release(&mut self, names: &Names, out: &mut String) {
        if let Some(held) = self.held.take() {
            self.layout.write(&held.give_up(names), out);
        }
    }

    /// Writes what is held back, as it stands, if it is of the right kind.
    fn let_go(&mut self, fits: impl Fn(&Open) -> bool, cx: &Context<'_>, out: &mut String) {
        if self.held.as_ref().is_some_and(|held| fits(&held.open)) {
            self.release(cx.names, out);
        }
    }

    /// Lets go of the held entry as one whose end has come, after a last change of it.
    fn complete(&mut self, fits: impl Fn(&Open) -> bool, last: impl FnOnce(&mut Held), names: &Names) -> Option<Entry> {
        let mut held = self.held.take_if(|held| fits(&held.open))?;
        last(&mut held);
        Some(held.complete(names))
    }

    fn change(&mut self, change: &Change, cx: &Context<'_>, out: &mut String) {
        if self.digest_change(change, cx, out) {
            return;
        }
        if Self::wants(cx, change.category(), Detail::Full) {
            let stored = self.stored(change, cx);
            let (verb, text) = stored.unwrap_or_else(|| sentence::change(change, cx.names, cx.arena));
            self.say(&Self::entry(cx, verb, text), cx, out);
        }
    }

    /// Handles a change that the digest tells of or gathers; tells whether it has been dealt with.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the digest leaves most changes to the plain sentences")]
    fn digest_change(&mut self, change: &Change, cx: &Context<'_>, out: &mut String) -> bool {
        match *change {
            Change::TaskState { tid, from, to } => self.state(tid, (from, to), cx, out),
            Change::Current { from, to, .. } => self.switch(from, to, cx, out),
            Change::Cr3 { cpu, from, to } => self.held_as(
                |open| matches!(open, Open::Switch(of) if *of == cpu),
                |held| {
                    let table = |frame: Frame| match frame.0 {
                        0 => "the kernel's table".to_owned(),
                        frame => format!("frame {frame}"),
                    };
                    let (old, new) = (table(from.table), table(to.table));
                    let text = format!("CR3: {old} → {new}, pcid {} → {}", from.pcid, to.pcid);
                    held.entry.below.push(Below::Detail(text));
                },
            ),
            // An exec takes another address space without a switch of tasks.
            Change::TaskMm { .. } => {
                self.let_go(|open| matches!(open, Open::Switch(_)), cx, out);
                false
            }
            Change::WaitOn { tid, to: Some(on), .. } => {
                let text = format!("; awaits {}", words::waits_for(on, cx.names));
                self.held_as(|open| matches!(open, Open::Sleep(of) if *of == tid), |held| held.entry.text += &text)
            }
            Change::Mode { cpu, to, .. } => {
                self.mode(cpu, to, cx, out);
                false
            }
            Change::Parent { pid, from, to }
                if from.0 != 0 && to.0 != 0 && Self::wants(cx, Category::Task, Detail::Digest) =>
            {
                let name = |pid| cx.names.process_name(pid);
                let text = format!("{}: parent {} → {}", name(pid), name(from), name(to));
                self.say(&Self::entry(cx, "orphan", text), cx, out);
                true
            }
            Change::Vma { page, vma, to, .. } => self.area(page, vma, to, cx, out),
            Change::PipeSlot { pipe, .. } => {
                self.held_as(
                    |open| matches!(open, Open::Call(..)),
                    |held| {
                        if !held.pipes.contains(&pipe) && cx.filter.detail(Category::Pipe) == Detail::Digest {
                            held.pipes.push(pipe);
                        }
                    },
                ) && cx.filter.detail(Category::Pipe) == Detail::Digest
            }
            Change::DiskRead { ino, page, to, .. } => self.disk(ino, page, to, cx, out),
            Change::ConsoleInput { .. } | Change::ConsoleEnd { .. }
                if Self::wants(cx, Category::Fs, Detail::Digest) =>
            {
                let (verb, text) = sentence::change(change, cx.names, cx.arena);
                self.say(&Self::entry(cx, verb, text), cx, out);
                true
            }
            _ => false,
        }
    }

    /// Lets the held entry learn something if it is of the right kind; tells whether it was.
    fn held_as(&mut self, fits: impl Fn(&Open) -> bool, learn: impl FnOnce(&mut Held)) -> bool {
        match &mut self.held {
            Some(held) if fits(&held.open) => {
                learn(held);
                true
            }
            Some(_) | None => false,
        }
    }

    fn note(&mut self, note: &Note, cx: &Context<'_>, out: &mut String) {
        let task = cx.event.event.task;
        if let Note::SyscallEnter { nr, .. } = *note {
            self.remember(task, Sysno(nr), cx.names);
        }
        let wanted = Self::wants(cx, note.category(), Detail::Digest);
        match *note {
            Note::SyscallEnter { nr, words, text, .. } if wanted => {
                let call = Call::new(nr, cx.arena.get(words), cx.arena.get(text), task, cx.names);
                let entry = Self::entry(cx, "", call.line(None));
                self.hold(entry, Open::Call(task, call), cx, out);
                self.enter(cx.event.event.cpu);
            }
            Note::SyscallExit { nr, result, text, .. } => {
                let answer = Answer { result, text: cx.arena.get(text).to_vec() };
                self.returned(nr, &answer, wanted, cx, out);
            }
            Note::Fault { address, code, .. } if wanted => {
                let text = Fault { address, code }.line(task, cx.names, cx.sources);
                let user = code & USER != 0;
                self.hold(Self::entry(cx, "fault", text), Open::Fault(task, user), cx, out);
                if user {
                    self.enter(cx.event.event.cpu);
                }
            }
            Note::FaultDone { address, result, frame, source, major } => {
                let again = self.goes_on(task, Vaddr(address).page(), result);
                if wanted {
                    self.served(address, Served { result, frame, source, major, again }, cx, out);
                }
            }
            Note::Tick if wanted || Self::wants(cx, Category::Sched, Detail::Digest) => {
                let (verb, text) = sentence::note(note, cx.names, cx.arena);
                let entry = Entry { mark: Mark::Enter, ..Self::entry(cx, verb, text) };
                self.hold(entry, Open::Tick, cx, out);
            }
            Note::Exception { .. } if wanted || Self::wants(cx, Category::Signal, Detail::Digest) => {
                let (verb, text) = sentence::note(note, cx.names, cx.arena);
                let entry = Entry { mark: Mark::Enter, ..Self::entry(cx, verb, text) };
                self.say(&entry, cx, out);
                self.enter(cx.event.event.cpu);
            }
            Note::Walk { address, table, code, words, result } if Self::wants(cx, Category::Tlb, Detail::Full) => {
                let walk = Walk { address, table, code, words: cx.arena.get(words), result };
                let mut entry = Self::entry(cx, "walk", walk.line());
                entry.below.extend(walk.levels().into_iter().map(Below::Detail));
                self.say(&entry, cx, out);
            }
            Note::Cloned { child, ptes, tables, .. } => self.cloned(child, Copied { ptes, tables }, cx, out),
            Note::Executed { path, argv, .. } => {
                let path = String::from_utf8_lossy(cx.arena.get(path)).into_owned();
                self.executed(path, cx.arena.get(argv).to_vec(), cx, out);
            }
            Note::Exited { status } => self.exited(status, cx, out),
            Note::Lock { record, act } => {
                let text = self.locks.tell(record, act, cx);
                if wanted {
                    self.say(&Self::entry(cx, "lock", text), cx, out);
                }
            }
            Note::HandlerCalled { signal, handler, frame } if wanted => {
                let name = cx.names.exe(task).and_then(|program| cx.sources.function(program, handler));
                let function = name.map_or_else(|| format!("{handler:#x}"), |name| format!("{name}()"));
                let text = format!("{} calls {function}", words::signal(signal));
                let mut entry = Self::entry(cx, "handler", text);
                let detail = format!("the frame at {frame:#x} keeps registers and mask");
                entry.below.push(Below::Detail(detail));
                self.say(&entry, cx, out);
            }
            Note::Evicted { usage, to, .. } => self.evicted(note, (usage, to), cx, out),
            Note::Reclaimed { .. } if wanted => self.reclaimed(note, cx, out),
            // A call to write that is shown says this already.
            Note::Print { .. } if self.is_shown_write(task, cx) => {}
            Note::SyscallSleeps { .. } if cx.filter.detail(Category::Syscall) < Detail::Full => {}
            Note::TlbUsed { .. }
            | Note::Reaped { .. }
            | Note::SignalSent { .. }
            | Note::SignalTaken { .. }
            | Note::HandlerCalled { .. }
            | Note::HandlerDone { .. }
            | Note::OomKill { .. }
            | Note::AllocationFails { .. }
            | Note::NoLargePage { .. }
            | Note::Print { .. }
            | Note::Mark { .. }
            | Note::SyscallSleeps { .. }
                if wanted =>
            {
                let (verb, text) = sentence::note(note, cx.names, cx.arena);
                self.say(&Self::entry(cx, verb, text), cx, out);
            }
            Note::SyscallEnter { .. }
            | Note::SyscallSleeps { .. }
            | Note::Walk { .. }
            | Note::TlbUsed { .. }
            | Note::Fault { .. }
            | Note::Tick
            | Note::Exception { .. }
            | Note::Reaped { .. }
            | Note::SignalSent { .. }
            | Note::SignalTaken { .. }
            | Note::HandlerCalled { .. }
            | Note::HandlerDone { .. }
            | Note::Reclaimed { .. }
            | Note::OomKill { .. }
            | Note::AllocationFails { .. }
            | Note::NoLargePage { .. }
            | Note::Print { .. }
            | Note::Mark { .. } => {}
        }
    }

    fn is_shown_write(&self, task: Tid, cx: &Context<'_>) -> bool {
        cx.filter.detail(Category::User) == Detail::Digest
            && cx.filter.detail(Category::Syscall) != Detail::Hidden
            && cx.names.task(task).is_some_and(|facts| facts.call.is_some())
    }

    fn choice(&mut self, choice: &Choice, cx: &Context<'_>, out: &mut String) {
        let told = choice.answer != 0 || choice.question == Question::Script;
        if Self::wants(cx, Category::Sched, if told { Detail::Digest } else { Detail::Full }) {
            let (verb, text) = sentence::choice(choice);
            self.say(&Self::entry(cx, verb, text), cx, out);
        }
    }
}
