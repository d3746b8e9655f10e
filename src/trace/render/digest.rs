//! The digest: what happened, made of many small changes, in the order in which it happened.
//!
//! One entry may be held back until it is known whether the next events belong to it: a call that returns at once is
//! one line, a switch takes its CR3 along, a fork its card. Whatever has a line of its own first lets go of what is held,
//! so nothing is reordered.

use std::collections::BTreeMap;

use crate::abi::sysno::Sysno;
use crate::base::ids::{CpuId, Ino, PipeId, Tid};
use crate::trace::event::{Category, Change, Choice, FaultResult, Note, Question, What};
use crate::trace::filter::{Detail, Filter};
use crate::trace::names::Names;
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::render::call::{Answer, Call, given_back, result, status_words};
use crate::trace::render::card::{self, Copied, Portrait};
use crate::trace::render::fault::{Fault, Served};
use crate::trace::render::layout::{Below, Entry, Layout, Mark};
use crate::trace::render::{sentence, words};
use crate::trace::source::Sources;
use crate::trace::value::{Mode, Position, TaskState, Vma, WaitOn};

/// What the digest needs to know beside the event.
pub struct Context<'a> {
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

/// What an entry that is held back waits for.
#[derive(Clone, Debug)]
enum Open {
    /// A call, for its return.
    Call(Tid, Call),
    /// A fault, for its end.
    Fault(Tid),
    /// A switch, for the address space.
    Switch(CpuId),
    /// A task that falls asleep, for what it waits for.
    Sleep(Tid),
    /// A tick, for a switch: without one it is not worth a line.
    Tick,
    /// A new task, for its first state.
    Fork(Portrait, Tid, Copied),
    /// A new program, for its first instruction.
    Exec(Portrait, Tid, String, Vec<u8>),
    /// An ended task, for its last state.
    Exit(Portrait, Tid, u32),
}

#[derive(Clone, Debug)]
struct Held {
    entry: Entry,
    open: Open,
    /// Areas that were put in and taken out meanwhile.
    areas: Vec<(u64, Vma, bool)>,
    /// Pipes that were altered meanwhile.
    pipes: Vec<PipeId>,
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
}

impl Digest {
    /// A digest that has seen nothing.
    #[must_use]
    pub const fn new(layout: Layout) -> Self {
        Self { layout, held: None, portraits: BTreeMap::new(), inside: BTreeMap::new() }
    }

    /// Writes the head of the digest, and what runs first, after so many events that are not shown.
    pub fn begin(&mut self, event: &Numbered, hidden: u32, cx: &Context<'_>, out: &mut String) {
        self.layout.header(out);
        if hidden == 0 {
            return;
        }
        let task = cx.names.cpu(event.event.cpu).current;
        let text = format!("{hidden} events made the machine and {}", cx.names.task_name(task));
        let mut entry = Self::entry(event, cx, "boot", text);
        entry.task = cx.names.task_name(task);
        if cx.filter.detail(Category::Task) != Detail::Hidden
            && let Some(process) = Portrait::take(task, cx.names)
        {
            entry.below = card::started(&process);
        }
        self.layout.write(&entry, out);
    }

    /// Takes an event; writes what is complete.
    pub fn push(&mut self, event: &Numbered, cx: &Context<'_>, out: &mut String) {
        match event.event.what {
            What::Change(change) => self.change(event, &change, cx, out),
            What::Note(note) => self.note(event, &note, cx, out),
            What::Choice(choice) => self.choice(event, &choice, cx, out),
        }
    }

    /// Writes what is still held back.
    pub fn finish(&mut self, names: &Names, out: &mut String) {
        self.release(names, out);
    }

    fn entry(event: &Numbered, cx: &Context<'_>, verb: &'static str, text: String) -> Entry {
        let mark = match cx.names.cpu(event.event.cpu).mode {
            Mode::Kernel => Mark::Kernel,
            Mode::User => Mark::User,
        };
        let task = cx.names.task_name(event.event.task);
        let (seq, time, place) = (event.seq, event.event.time, cx.place.clone());
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
        self.held = Some(Held { entry, open, areas: Vec::new(), pipes: Vec::new() });
    }

    /// Writes what is held back, as it stands.
    fn release(&mut self, names: &Names, out: &mut String) {
        let Some(mut held) = self.held.take() else { return };
        match &held.open {
            Open::Call(..) | Open::Fault(_) => held.entry.mark = Mark::Enter,
            Open::Switch(_) | Open::Sleep(_) | Open::Tick => {}
            Open::Fork(parent, child, copied) => {
                if let Some(child) = Portrait::take(*child, names) {
                    held.entry.below = card::forked(parent, &child, *copied);
                }
            }
            Open::Exec(before, tid, path, argv) => {
                if let Some(after) = Portrait::take(*tid, names) {
                    held.entry.below = card::executed(before, &after, path, argv);
                }
            }
            Open::Exit(before, tid, status) => {
                if let Some(after) = Portrait::take(*tid, names) {
                    held.entry.below = card::exited(before, &after, *status);
                }
            }
        }
        details(&mut held, names);
        self.layout.write(&held.entry, out);
    }

    fn change(&mut self, event: &Numbered, change: &Change, cx: &Context<'_>, out: &mut String) {
        if self.digest_change(event, change, cx, out) {
            return;
        }
        if Self::wants(cx, change.category(), Detail::Full) {
            let (verb, text) = sentence::change(change, cx.names, cx.arena);
            self.say(&Self::entry(event, cx, verb, text), cx, out);
        }
    }

    /// Handles a change that the digest tells of or gathers; tells whether it has been dealt with.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the digest leaves most changes to the plain sentences")]
    fn digest_change(&mut self, event: &Numbered, change: &Change, cx: &Context<'_>, out: &mut String) -> bool {
        match *change {
            Change::TaskState { tid, from, to } => self.state(event, tid, (from, to), cx, out),
            Change::Current { from, to, .. } => self.switch(event, from, to, cx, out),
            Change::Cr3 { cpu, from, to } => self.held_as(
                |open| matches!(open, Open::Switch(of) if *of == cpu),
                |held| {
                    let text = format!("CR3: frame {} → {}, pcid {} → {}", from.table, to.table, from.pcid, to.pcid);
                    held.entry.below.push(Below::Detail(text));
                },
            ),
            Change::WaitOn { tid, to: Some(on), .. } => {
                let text = format!("; waits for {}", words::waits_for(on, cx.names));
                self.held_as(|open| matches!(open, Open::Sleep(of) if *of == tid), |held| held.entry.text += &text)
            }
            Change::Mode { cpu, to, .. } => {
                self.mode(event, cpu, to, cx, out);
                false
            }
            Change::Parent { pid, from, to }
                if from.0 != 0 && to.0 != 0 && Self::wants(cx, Category::Task, Detail::Digest) =>
            {
                let name = |pid| cx.names.process_name(pid);
                let text = format!("{}: its parent {} has ended, now {}", name(pid), name(from), name(to));
                self.say(&Self::entry(event, cx, "orphan", text), cx, out);
                true
            }
            Change::Vma { page, vma, to, .. } => self.area(event, page, vma, to, cx, out),
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
            Change::DiskRead { ino, page, to, .. } => self.disk(event, ino, page, to, cx, out),
            Change::ConsoleInput { .. } | Change::ConsoleEnd { .. }
                if Self::wants(cx, Category::Fs, Detail::Digest) =>
            {
                let (verb, text) = sentence::change(change, cx.names, cx.arena);
                self.say(&Self::entry(event, cx, verb, text), cx, out);
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

    fn state(
        &mut self,
        event: &Numbered,
        tid: Tid,
        (from, to): (TaskState, TaskState),
        cx: &Context<'_>,
        out: &mut String,
    ) -> bool {
        if !Self::wants(cx, Category::Sched, Detail::Digest) {
            return false;
        }
        let name = cx.names.task_name(tid);
        let step = format!("{} → {}", words::state(from), words::state(to));
        let why = words::because(event.cause, event.event.because, event.event.task, cx.names);
        let text = format!("{name}: {step}");
        let verb = match (from, to) {
            (TaskState::Running(_), TaskState::Sleeping | TaskState::Uninterruptible) => {
                return self.sleep(event, tid, &step, cx, out);
            }
            // The switch that follows says this.
            (TaskState::Runnable(_), TaskState::Running(_)) => {
                return cx.filter.detail(Category::Sched) == Detail::Digest;
            }
            // The line of who reaped it says this.
            (_, TaskState::Dead) | (TaskState::Dead, _) => return cx.filter.detail(Category::Sched) == Detail::Digest,
            (TaskState::Running(_), TaskState::Runnable(_)) => "preempts",
            (TaskState::New, _) => "ready",
            (TaskState::Sleeping | TaskState::Uninterruptible, _) => "wakes",
            (_, TaskState::Zombie) => "zombie",
            (_, TaskState::Stopped) => "stops",
            (TaskState::Stopped, _) => "goes on",
            (
                TaskState::Runnable(_) | TaskState::Running(_) | TaskState::Zombie,
                TaskState::New
                | TaskState::Runnable(_)
                | TaskState::Running(_)
                | TaskState::Sleeping
                | TaskState::Uninterruptible,
            ) => "state",
        };
        if self.held.as_ref().is_some_and(|held| matches!(held.open, Open::Tick)) {
            self.enter(event.event.cpu);
        }
        let mut entry = Self::entry(event, cx, verb, text);
        entry.below.extend(why.map(|why| Below::Detail(format!("because {why}"))));
        self.say(&entry, cx, out);
        true
    }

    fn sleep(&mut self, event: &Numbered, tid: Tid, step: &str, cx: &Context<'_>, out: &mut String) -> bool {
        let on: Option<WaitOn> = cx.names.task(tid).and_then(|facts| facts.wait_on);
        let on = on.map_or_else(String::new, |on| format!("waits for {}; ", words::waits_for(on, cx.names)));
        let entry = Self::entry(event, cx, "sleeps", format!("{on}{step}"));
        self.enter(event.event.cpu);
        self.hold(entry, Open::Sleep(tid), cx, out);
        true
    }

    fn switch(&mut self, event: &Numbered, from: Tid, to: Tid, cx: &Context<'_>, out: &mut String) -> bool {
        if !Self::wants(cx, Category::Sched, Detail::Digest) {
            return false;
        }
        let state = |tid: Tid| match cx.names.task(tid) {
            Some(facts) if tid.0 != 0 => format!("{} ({})", cx.names.task_name(tid), facts.state.word()),
            Some(_) | None => cx.names.task_name(tid),
        };
        let why = if to.0 == 0 { ": no task is runnable" } else { "" };
        let mut entry = Self::entry(event, cx, "switch", format!("{} → {}{why}", state(from), state(to)));
        if let (Some(old), Some(new)) = (cx.names.task(from), cx.names.task(to))
            && from.0 != 0
            && to.0 != 0
        {
            entry.below.push(Below::Detail(registers(old.position, new.position)));
        }
        self.enter(event.event.cpu);
        self.hold(entry, Open::Switch(event.event.cpu), cx, out);
        true
    }

    fn enter(&mut self, cpu: CpuId) {
        let _ = self.inside.insert(cpu, true);
    }

    fn leave(&mut self, cpu: CpuId) {
        let _ = self.inside.insert(cpu, false);
    }

    /// A CPU goes back to user mode: shown if it entered on a line of its own and no return was shown.
    fn mode(&mut self, event: &Numbered, cpu: CpuId, to: Mode, cx: &Context<'_>, out: &mut String) {
        if to == Mode::Kernel {
            return;
        }
        let _ = self.portraits.remove(&cx.names.cpu(cpu).current);
        if self.held.as_ref().is_some_and(|held| matches!(held.open, Open::Tick)) {
            self.held = None;
        }
        if !self.inside.get(&cpu).copied().unwrap_or(false) {
            return;
        }
        self.leave(cpu);
        if !Self::wants(cx, Category::Sched, Detail::Digest) {
            return;
        }
        let task = cx.names.cpu(cpu).current;
        let at = cx.names.task(task).map_or(0, |facts| facts.position.pc);
        let mut entry = Self::entry(event, cx, "runs", format!("in user mode, at pc {at:#x}"));
        entry.task = cx.names.task_name(task);
        entry.mark = Mark::Leave;
        self.say(&entry, cx, out);
    }

    fn area(&mut self, event: &Numbered, page: u64, vma: Vma, to: bool, cx: &Context<'_>, out: &mut String) -> bool {
        if cx.filter.detail(Category::Mm) != Detail::Digest {
            return false;
        }
        // Fork, exec and exit tell of their areas on their cards.
        if self.portraits.contains_key(&event.event.task) {
            return true;
        }
        let fits = |open: &Open| matches!(open, Open::Call(..) | Open::Fault(_));
        if !self.held_as(fits, |held| held.areas.push((page, vma, to))) && Self::wants(cx, Category::Mm, Detail::Digest)
        {
            let sign = if to { '+' } else { '×' };
            let text = format!("{sign} {}", sentence::area(page, vma, cx.names));
            self.say(&Self::entry(event, cx, "area", text), cx, out);
        }
        true
    }

    fn disk(&mut self, event: &Numbered, ino: Ino, page: u32, to: bool, cx: &Context<'_>, out: &mut String) -> bool {
        if !Self::wants(cx, Category::Fs, Detail::Digest) {
            return false;
        }
        let path = cx.names.path(ino);
        let text = match to {
            true => format!("asked for page {page} of {path}"),
            false => format!("has delivered page {page} of {path}"),
        };
        self.say(&Self::entry(event, cx, "disk", text), cx, out);
        true
    }

    fn note(&mut self, event: &Numbered, note: &Note, cx: &Context<'_>, out: &mut String) {
        let task = event.event.task;
        if let Note::SyscallEnter { nr, .. } = *note {
            self.remember(task, Sysno(nr), cx.names);
        }
        let wanted = Self::wants(cx, note.category(), Detail::Digest);
        match *note {
            Note::SyscallEnter { nr, words, text } if wanted => {
                let call = Call::new(nr, cx.arena.get(words), cx.arena.get(text));
                let entry = Self::entry(event, cx, "", call.line(task, cx.names, None));
                self.hold(entry, Open::Call(task, call), cx, out);
                self.enter(event.event.cpu);
            }
            Note::SyscallExit { nr, result, text } => {
                let answer = Answer { result, text: cx.arena.get(text).to_vec() };
                self.returned(event, nr, &answer, wanted, cx, out);
            }
            Note::Fault { address, code } if wanted => {
                let text = Fault { address, code }.line(task, cx.names, cx.sources);
                self.hold(Self::entry(event, cx, "fault", text), Open::Fault(task), cx, out);
                self.enter(event.event.cpu);
            }
            Note::FaultDone { result, frame, source, major, .. } if wanted => {
                self.served(event, Served { result, frame, source, major }, cx, out);
            }
            Note::Tick if Self::wants(cx, Category::Sched, Detail::Digest) => {
                let (verb, text) = sentence::note(note, cx.names, cx.arena);
                let entry = Entry { mark: Mark::Enter, ..Self::entry(event, cx, verb, text) };
                self.hold(entry, Open::Tick, cx, out);
            }
            Note::Exception { .. } if cx.picked => {
                let (verb, text) = sentence::note(note, cx.names, cx.arena);
                let entry = Entry { mark: Mark::Enter, ..Self::entry(event, cx, verb, text) };
                self.say(&entry, cx, out);
                self.enter(event.event.cpu);
            }
            Note::Cloned { child, ptes, tables, .. } => self.cloned(event, child, Copied { ptes, tables }, cx, out),
            Note::Executed { path, argv, .. } => {
                let path = String::from_utf8_lossy(cx.arena.get(path)).into_owned();
                self.executed(event, path, cx.arena.get(argv).to_vec(), cx, out);
            }
            Note::Exited { status } => self.exited(event, status, cx, out),
            // A call to write that is shown says this already.
            Note::Print { .. } if self.is_shown_write(task, cx) => {}
            Note::SyscallSleeps { .. } if cx.filter.detail(Category::Syscall) < Detail::Full => {}
            Note::Reaped { .. }
            | Note::SignalSent { .. }
            | Note::SignalTaken { .. }
            | Note::OomKill { .. }
            | Note::Print { .. }
            | Note::Mark { .. }
            | Note::SyscallSleeps { .. }
                if wanted =>
            {
                let (verb, text) = sentence::note(note, cx.names, cx.arena);
                self.say(&Self::entry(event, cx, verb, text), cx, out);
            }
            Note::SyscallEnter { .. }
            | Note::SyscallSleeps { .. }
            | Note::Fault { .. }
            | Note::FaultDone { .. }
            | Note::Tick
            | Note::Exception { .. }
            | Note::Reaped { .. }
            | Note::SignalSent { .. }
            | Note::SignalTaken { .. }
            | Note::OomKill { .. }
            | Note::Print { .. }
            | Note::Mark { .. } => {}
        }
    }

    fn is_shown_write(&self, task: Tid, cx: &Context<'_>) -> bool {
        cx.filter.detail(Category::User) == Detail::Digest
            && cx.filter.detail(Category::Syscall) != Detail::Hidden
            && cx.names.task(task).is_some_and(|facts| facts.call.is_some())
    }

    /// Keeps a task as it is before a call that makes, replaces or ends a process.
    fn remember(&mut self, task: Tid, call: Sysno, names: &Names) {
        let tells =
            matches!(call, Sysno::CLONE | Sysno::FORK | Sysno::VFORK | Sysno::EXECVE | Sysno::EXIT | Sysno::EXIT_GROUP);
        let portrait = if tells { Portrait::take(task, names) } else { None };
        drop(match portrait {
            Some(portrait) => self.portraits.insert(task, portrait),
            None => self.portraits.remove(&task),
        });
    }

    fn returned(
        &mut self,
        event: &Numbered,
        nr: u16,
        answer: &Answer,
        wanted: bool,
        cx: &Context<'_>,
        out: &mut String,
    ) {
        let task = event.event.task;
        let _ = self.portraits.remove(&task);
        if !wanted {
            return;
        }
        self.leave(event.event.cpu);
        let mut whole = None;
        let fits = |open: &Open| matches!(open, Open::Call(of, _) if *of == task);
        let _ = self.held_as(fits, |held| {
            held.entry.mark = Mark::Both;
            if let Open::Call(_, call) = &held.open {
                held.entry.text =
                    format!("{} = {}", call.line(task, cx.names, Some(answer)), result(nr, answer.result));
            }
            whole = Some(held.clone());
        });
        if let Some(mut whole) = whole {
            self.held = None;
            details(&mut whole, cx.names);
            self.layout.write(&whole.entry, out);
            return;
        }
        let text = format!("{} = {}{}", Sysno(nr), result(nr, answer.result), given_back(nr, answer));
        let entry = Entry { mark: Mark::Leave, ..Self::entry(event, cx, "", text) };
        self.say(&entry, cx, out);
    }

    fn served(&mut self, event: &Numbered, served: Served, cx: &Context<'_>, out: &mut String) {
        let task = event.event.task;
        let returns = !matches!(served.result, FaultResult::Disk | FaultResult::Signal | FaultResult::OutOfMemory);
        let mut whole = None;
        let fits = |open: &Open| matches!(open, Open::Fault(of) if *of == task);
        let _ = self.held_as(fits, |held| {
            held.entry.mark = if returns { Mark::Both } else { Mark::Enter };
            held.entry.below.push(Below::Detail(format!("→ {}", served.line())));
            whole = Some(held.clone());
        });
        if returns {
            self.leave(event.event.cpu);
        }
        if let Some(mut whole) = whole {
            self.held = None;
            details(&mut whole, cx.names);
            self.layout.write(&whole.entry, out);
            return;
        }
        let mark = if returns { Mark::Leave } else { Mark::Kernel };
        let entry = Entry { mark, ..Self::entry(event, cx, "fault", served.line()) };
        self.say(&entry, cx, out);
    }

    fn cloned(&mut self, event: &Numbered, child: Tid, copied: Copied, cx: &Context<'_>, out: &mut String) {
        let task = event.event.task;
        let parent = self.portraits.get(&task).cloned().or_else(|| Portrait::take(task, cx.names));
        if !Self::wants(cx, Category::Task, Detail::Digest) {
            return;
        }
        let Some(parent) = parent else { return };
        let thread = cx.names.task(child).is_some_and(|facts| facts.tgid == parent.pid);
        let (verb, kind) = if thread { ("thread", "thread") } else { ("fork", "process") };
        let text = format!("{} makes {}, a new {kind}", cx.names.task_name(task), cx.names.task_name(child));
        let entry = Self::entry(event, cx, verb, text);
        self.hold(entry, Open::Fork(parent, child, copied), cx, out);
    }

    fn executed(&mut self, event: &Numbered, path: String, argv: Vec<u8>, cx: &Context<'_>, out: &mut String) {
        let task = event.event.task;
        let before = self.portraits.get(&task).cloned().or_else(|| Portrait::take(task, cx.names));
        if !Self::wants(cx, Category::Task, Detail::Digest) {
            return;
        }
        let Some(before) = before else { return };
        let text = format!("process {} runs {path} from now on", before.pid);
        let entry = Self::entry(event, cx, "exec", text);
        self.hold(entry, Open::Exec(before, task, path, argv), cx, out);
    }

    fn exited(&mut self, event: &Numbered, status: u32, cx: &Context<'_>, out: &mut String) {
        let task = event.event.task;
        let before = self.portraits.get(&task).cloned().or_else(|| Portrait::take(task, cx.names));
        if !Self::wants(cx, Category::Task, Detail::Digest) {
            return;
        }
        let Some(before) = before else { return };
        let entry = Self::entry(event, cx, "exit", format!("{} {}", cx.names.task_name(task), status_words(status)));
        self.hold(entry, Open::Exit(before, task, status), cx, out);
    }

    fn choice(&mut self, event: &Numbered, choice: &Choice, cx: &Context<'_>, out: &mut String) {
        let told = choice.answer != 0 || choice.question == Question::Script;
        if Self::wants(cx, Category::Sched, if told { Detail::Digest } else { Detail::Full }) {
            let (verb, text) = sentence::choice(choice);
            self.say(&Self::entry(event, cx, verb, text), cx, out);
        }
    }
}

/// The saved and the loaded registers of a context switch.
fn registers(old: Position, new: Position) -> String {
    format!("pc {:#x} → {:#x}, sp {:#x} → {:#x}", old.pc, new.pc, old.sp, new.sp)
}

/// Adds what happened to areas and pipes during a call or a fault.
fn details(held: &mut Held, names: &Names) {
    let areas = std::mem::take(&mut held.areas);
    let mut rest = areas.as_slice();
    while let [(page, vma, there), tail @ ..] = rest {
        rest = tail;
        let text = match (there, tail.first()) {
            // The same area with another size or other permissions.
            (false, Some((next, new, true))) if next == page && new.ino == vma.ino => {
                rest = &tail[1..];
                let before = format!(
                    "{} {}",
                    crate::trace::names::permissions(vma.flags),
                    words::count(vma.pages.into(), "page")
                );
                format!("→ {}, was {before}", sentence::area(*page, *new, names))
            }
            (true, _) => format!("+ {}", sentence::area(*page, *vma, names)),
            (false, _) => format!("× {}", sentence::area(*page, *vma, names)),
        };
        held.entry.below.push(Below::Detail(text));
    }
    for pipe in std::mem::take(&mut held.pipes) {
        let (bytes, slots) = names.pipe(pipe);
        let text = format!("pipe {pipe} holds {} in {slots} of 16 slots", words::count(bytes, "byte"));
        held.entry.below.push(Below::Detail(text));
    }
}
