//! The trace as `strace -f` would write it on Linux: the same grammar, to be read beside a real one and by what reads those.
//!
//! Only system calls, signals and ends of tasks are told, of the script and of whom it makes. A line is begun when a call is
//! entered and goes on when it returns; when another task has something to tell meanwhile, it ends in `<unfinished ...>`.

mod call;
mod terminal;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::abi::flags::{SI_TKILL, SI_USER};
use crate::abi::signal::Signal;
use crate::abi::sysno::Sysno;
use crate::abi::wait::ExitStatus;
use crate::base::ids::{Pid, Tid};
use crate::trace::event::{CALLED_AGAIN, Category, Change, Note, What};
use crate::trace::filter::Detail;
use crate::trace::names::Names;
use crate::trace::render::digest::Context;
use crate::trace::render::fields::word_of;
use crate::trace::render::strace::call::{Call, Done};
use crate::trace::render::strace::values::Info;
use crate::trace::value::{Mode, QueuedSignal, SignalEffect, SignalSet, SignalTarget, TaskState};

/// Which lines begin with the number of a task.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Pids {
    /// All of them, as with `-o FILE`.
    #[default]
    Always,
    /// Those that are written while there is more than one task, as on a terminal.
    WhenSeveral,
}

/// The column, from 0, in which the `=` of a short call stands.
const RESULT_COLUMN: usize = 40;
/// A tick of the clock that counts the time of processes.
const NS_PER_TICK: u64 = 10_000_000;

/// Writes events as strace does.
#[derive(Clone, Debug)]
pub struct Strace {
    pids: Pids,
    /// Whose line is not finished, and how long it is.
    line: Option<(Tid, usize)>,
    /// The calls that tasks are in.
    calls: BTreeMap<Tid, Call>,
    /// The tasks that are watched.
    watched: BTreeSet<Tid>,
    /// Whether the first of them has come.
    begun: bool,
    /// Leaders that have ended before their other threads, and how: they are told of last.
    leaders: BTreeMap<Pid, (Tid, u32)>,
    /// Signal masks.
    masks: BTreeMap<Tid, SignalSet>,
    /// What tasks have in `rax` when they run again.
    returned: BTreeMap<Tid, u64>,
    /// Users of processes.
    users: BTreeMap<Pid, u32>,
    /// Nanoseconds of processes in user mode and in the kernel.
    times: BTreeMap<Pid, (u64, u64)>,
    /// Signals that wait.
    waiting: BTreeSet<(SignalTarget, u8)>,
    /// Signals that were sent and have no effect: a tracer is shown them all the same.
    void: BTreeMap<Pid, Vec<QueuedSignal>>,
    /// The signal that was taken last.
    taken: Option<QueuedSignal>,
    /// Tasks that are watched from now on, and of which that is still to be told.
    attached: Vec<Tid>,
}

impl Strace {
    /// A tracer that has seen nothing.
    #[must_use]
    pub const fn new(pids: Pids) -> Self {
        Self {
            pids,
            line: None,
            calls: BTreeMap::new(),
            watched: BTreeSet::new(),
            begun: false,
            leaders: BTreeMap::new(),
            masks: BTreeMap::new(),
            returned: BTreeMap::new(),
            users: BTreeMap::new(),
            times: BTreeMap::new(),
            waiting: BTreeSet::new(),
            void: BTreeMap::new(),
            taken: None,
            attached: Vec::new(),
        }
    }

    /// Takes an event; `starts` if with it the first program but `init` runs.
    pub fn push(&mut self, cx: &Context<'_>, starts: bool, out: &mut String) {
        let task = cx.event.event.task;
        if (starts || cx.filter.shows_boot()) && !self.begun {
            self.begin(cx.names.cpu(cx.event.event.cpu).current);
        }
        match cx.event.event.what {
            What::Change(change) => self.change(&change, cx, out),
            What::Note(note) => self.note(task, &note, cx, out),
            What::Choice(_) => {}
        }
    }

    /// Ends a line that is not finished.
    pub fn finish(&mut self, out: &mut String) {
        self.interrupt(out);
        self.tell_attached(out);
    }

    fn begin(&mut self, first: Tid) {
        self.begun = true;
        let _ = self.watched.insert(first);
    }

    fn shows(&self, task: Tid, category: Category, cx: &Context<'_>) -> bool {
        self.watched.contains(&task) && cx.picked && cx.filter.detail(category) != Detail::Hidden
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a tracer sees few changes of the kernel's state")]
    fn change(&mut self, change: &Change, cx: &Context<'_>, out: &mut String) {
        match *change {
            Change::Mask { tid, to, .. } => drop(self.masks.insert(tid, to)),
            Change::Returned { tid, to, .. } => drop(self.returned.insert(tid, to.rax)),
            Change::Uid { pid, to, .. } => drop(self.users.insert(pid, to)),
            Change::Clock { cpu, from, to } => {
                let Some(facts) = cx.names.task(cx.event.event.task) else { return };
                let (user, kernel) = self.times.entry(facts.tgid).or_default();
                let of_mode = if cx.names.cpu(cpu).mode == Mode::User { user } else { kernel };
                *of_mode += to.0.saturating_sub(from.0);
            }
            Change::Process { pid, .. } => {
                let _ = self.times.remove(&pid);
                let _ = self.void.remove(&pid);
            }
            Change::Queued { target, info, to: true, .. } => {
                let _ = self.waiting.insert((target, info.signal));
                let process = process_of(target, cx.names);
                self.void.entry(process).or_default().retain(|void| void.signal != info.signal);
            }
            Change::Queued { target, info, to: false, .. } => {
                let _ = self.waiting.remove(&(target, info.signal));
                self.taken = Some(info);
            }
            Change::Current { from, to, .. } => self.superseded(from, to, cx, out),
            Change::Mode { cpu, to: Mode::User, .. } => self.show_void(cx.names.cpu(cpu).current, cx, out),
            Change::TaskState { tid, to: TaskState::Stopped, .. } => {
                let stop = self.taken.map_or(0, |info| info.signal);
                if self.shows(tid, Category::Signal, cx) {
                    self.line(tid, &format!("--- stopped by {} ---", values::signal(stop)), out);
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a tracer sees calls, signals and ends only")]
    fn note(&mut self, task: Tid, note: &Note, cx: &Context<'_>, out: &mut String) {
        match *note {
            Note::SyscallEnter { nr, words, pieces, .. } => {
                // The tracer starts the first program, so it sees its exec.
                if !self.begun && Sysno(nr) == Sysno::EXECVE && task.0 > 1 {
                    self.begin(task);
                }
                let mut call = Call { nr, words: [0; 6], passed: cx.arena.get(pieces).to_vec() };
                for (word, bytes) in call.words.iter_mut().zip(cx.arena.get(words).chunks_exact(8)) {
                    *word = word_of(bytes);
                }
                if self.shows(task, Category::Syscall, cx) {
                    self.start(task, &format!("{}({}", Sysno(nr), call.opening()), out);
                }
                let _ = self.calls.insert(task, call);
            }
            Note::SyscallExit { nr, result, pieces, .. } => {
                let known = self.calls.remove(&task);
                let call = known.unwrap_or(Call { nr, words: [0; 6], passed: Vec::new() });
                if self.shows(task, Category::Syscall, cx) {
                    let done = Done { result, given: cx.arena.get(pieces) };
                    self.end(task, nr, &call.closing(done), &call.result(done), out);
                }
            }
            Note::Cloned { child, .. } if self.watched.contains(&task) => {
                let _ = self.watched.insert(child);
                if self.shows(task, Category::Task, cx) {
                    self.attached.push(child);
                }
            }
            Note::SignalSent { to, signal, code, pid, value } => {
                let main = SignalTarget::Task(Tid(to.0));
                let waits = self.waiting.contains(&(SignalTarget::Process(to), signal))
                    || self.waiting.contains(&(main, signal));
                let void = self.void.entry(to).or_default();
                if !waits && void.iter().all(|void| void.signal != signal) {
                    void.push(QueuedSignal { value, pid, code: code as i16, signal });
                }
            }
            Note::SignalTaken { signal, effect } => {
                let pid = cx.names.task(task).map_or(Pid(task.0), |facts| facts.tgid);
                let void = self.void.entry(pid).or_default();
                // A fault of its own does not wait anywhere.
                let forced = void.iter().position(|void| void.signal == signal).map(|at| void.remove(at));
                let info = forced.or(self.taken.filter(|info| info.signal == signal));
                if effect == SignalEffect::Ends {
                    self.abandon(task, cx, out);
                }
                self.show_signal(task, info, cx, out);
            }
            Note::HandlerCalled { signal, .. } => {
                let info = self.taken.filter(|info| info.signal == signal);
                self.show_signal(task, info, cx, out);
            }
            Note::HandlerDone { .. } => self.restored(task, cx, out),
            Note::Exited { status } => self.exited(task, status, cx, out),
            _ => {}
        }
    }

    /// Signals without effect are shown where they would have been taken.
    fn show_void(&mut self, task: Tid, cx: &Context<'_>, out: &mut String) {
        let Some(facts) = cx.names.task(task) else { return };
        for info in self.void.remove(&facts.tgid).unwrap_or_default() {
            self.show_signal(task, Some(info), cx, out);
        }
    }

    fn show_signal(&mut self, task: Tid, info: Option<QueuedSignal>, cx: &Context<'_>, out: &mut String) {
        let Some(info) = info.filter(|_| self.shows(task, Category::Signal, cx)) else { return };
        let text = self.info(info).text();
        self.line(task, &format!("--- {} {text} ---", values::signal(info.signal)), out);
    }

    /// The members of `siginfo_t` from what waits in the kernel.
    fn info(&self, queued: QueuedSignal) -> Info {
        let QueuedSignal { value, pid, code, signal } = queued;
        let info = Info { signal, code: code.into(), pid: pid.0 as i32, value, ..Info::default() };
        if signal != Signal::SIGCHLD.0 || code <= 0 {
            // The sender's user stands where a value would.
            let is_sent = matches!(info.code, SI_USER | SI_TKILL);
            return Info { uid: if is_sent { value as u32 } else { 0 }, ..info };
        }
        let (user, kernel) = self.times.get(&pid).copied().unwrap_or_default();
        let status = match ExitStatus::from_raw(value as u32) {
            Some(ExitStatus::Exited(code)) => code.into(),
            Some(ExitStatus::Signaled { signal, .. } | ExitStatus::Stopped(signal)) => signal.0.into(),
            Some(ExitStatus::Continued) => Signal::SIGCONT.0.into(),
            None => value,
        };
        let uid = self.users.get(&pid).copied().unwrap_or(0);
        Info { uid, value: status, times: (user / NS_PER_TICK, kernel / NS_PER_TICK), ..info }
    }

    /// rt_sigreturn(2) is done: it shows the mask and the result that the frame brings back.
    fn restored(&mut self, task: Tid, cx: &Context<'_>, out: &mut String) {
        let Some(call) = self.calls.remove(&task) else { return };
        if self.shows(task, Category::Syscall, cx) {
            let mask = self.masks.get(&task).copied().unwrap_or_default();
            let result = self.returned.get(&task).copied().unwrap_or(0) as i64;
            let closing = format!("{{mask={}}}", values::signals(mask.0));
            self.end(task, call.nr, &closing, &call.result(Done { result, given: &[] }), out);
        }
    }

    /// A call is interrupted by a signal that ends its task. SIGKILL leaves not even that much to be seen.
    fn abandon(&mut self, task: Tid, cx: &Context<'_>, out: &mut String) {
        let killed = self.taken.is_some_and(|info| info.signal == Signal::SIGKILL.0);
        // Who is about to call exit_group, or runs, is in no call that sleeps.
        if killed || !self.calls.contains_key(&task) {
            return;
        }
        let Some(call) = self.calls.remove(&task) else { return };
        if self.shows(task, Category::Syscall, cx) {
            let closing = call.closing(Done { result: CALLED_AGAIN, given: &[] });
            self.end(task, call.nr, &closing, call.restart(), out);
        }
    }

    /// A task ends: its call does not return, and a leader is told of behind its other threads.
    fn exited(&mut self, task: Tid, status: u32, cx: &Context<'_>, out: &mut String) {
        if let Some(call) = self.calls.remove(&task)
            && self.shows(task, Category::Syscall, cx)
        {
            let unfinished = if call.is_open() { " <unfinished ...>" } else { "" };
            self.end(task, call.nr, unfinished, "?", out);
        }
        let pid = cx.names.task(task).map_or(Pid(task.0), |facts| facts.tgid);
        let threads = cx.names.process(pid).map_or(&[][..], |process| &process.threads);
        let others = threads.iter().any(|&other| other != task && self.watched.contains(&other));
        if task.0 == pid.0 && others {
            let _ = self.leaders.insert(pid, (task, status));
            return;
        }
        self.gone(task, status, cx, out);
        if !threads.iter().any(|&other| other.0 != pid.0 && self.watched.contains(&other))
            && let Some((leader, status)) = self.leaders.remove(&pid)
        {
            self.gone(leader, status, cx, out);
        }
    }

    /// A thread that executes a program takes the number of its leader, which has ended.
    fn superseded(&mut self, thread: Tid, leader: Tid, cx: &Context<'_>, out: &mut String) {
        let pid = Pid(leader.0);
        if thread == leader || !self.leaders.contains_key(&pid) {
            return;
        }
        if self.calls.get(&thread).is_none_or(|call| Sysno(call.nr) != Sysno::EXECVE) {
            return;
        }
        let _ = (self.leaders.remove(&pid), self.watched.remove(&thread));
        if let Some(call) = self.calls.remove(&thread) {
            let _ = self.calls.insert(leader, call);
        }
        if self.shows(leader, Category::Task, cx) {
            self.line(leader, &format!("+++ superseded by execve in pid {} +++", thread.0), out);
        }
    }

    /// Whether another thread of a task's process is about to execute a program: it ends the others without a word.
    fn gives_way(&self, task: Tid, cx: &Context<'_>) -> bool {
        let pid = cx.names.task(task).map_or(Pid(task.0), |facts| facts.tgid);
        let threads = cx.names.process(pid).map_or(&[][..], |process| &process.threads);
        let executes = |other: &&Tid| self.calls.get(other).is_some_and(|call| Sysno(call.nr) == Sysno::EXECVE);
        threads.iter().filter(|&&other| other != task).any(|other| executes(&other))
    }

    fn gone(&mut self, task: Tid, status: u32, cx: &Context<'_>, out: &mut String) {
        let status = if self.gives_way(task, cx) { 0 } else { status };
        let text = match ExitStatus::from_raw(status) {
            Some(ExitStatus::Signaled { signal, core }) => {
                format!("+++ killed by {}{} +++", values::signal(signal.0), if core { " (core dumped)" } else { "" })
            }
            Some(ExitStatus::Exited(code)) => format!("+++ exited with {code} +++"),
            Some(ExitStatus::Stopped(_) | ExitStatus::Continued) | None => format!("+++ exited with {status:#x} +++"),
        };
        if self.shows(task, Category::Task, cx) {
            self.line(task, &text, out);
        }
        let _ = self.watched.remove(&task);
    }

    /// Ends the line of whoever has begun one.
    fn interrupt(&mut self, out: &mut String) {
        if self.line.take().is_some() {
            out.push_str(" <unfinished ...>\n");
        }
    }

    /// Tells of tasks that are watched from now on, as on a terminal.
    fn tell_attached(&mut self, out: &mut String) {
        for task in std::mem::take(&mut self.attached) {
            if self.pids == Pids::WhenSeveral {
                out.push_str(&format!("strace: Process {task} attached\n"));
            }
        }
    }

    /// Begins a line and leaves it open.
    fn start(&mut self, task: Tid, text: &str, out: &mut String) {
        self.interrupt(out);
        self.tell_attached(out);
        let prefix = match self.pids {
            Pids::Always => format!("{:<5} ", task.0),
            Pids::WhenSeveral if self.watched.len() > 1 => format!("[pid {:>5}] ", task.0),
            Pids::WhenSeveral => String::new(),
        };
        out.push_str(&prefix);
        out.push_str(text);
        self.line = Some((task, prefix.len() + text.chars().count()));
    }

    /// Writes a whole line.
    fn line(&mut self, task: Tid, text: &str, out: &mut String) {
        self.start(task, text, out);
        self.line = None;
        out.push('\n');
    }

    /// Ends the line of a call, or tells that it goes on.
    fn end(&mut self, task: Tid, nr: u16, closing: &str, result: &str, out: &mut String) {
        if self.line.is_none_or(|(whose, _)| whose != task) {
            self.start(task, &format!("<... {} resumed>", Sysno(nr)), out);
        }
        let column = self.line.take().map_or(0, |(_, column)| column) + closing.chars().count() + 2;
        let blanks = RESULT_COLUMN.saturating_sub(column);
        out.push_str(&format!("{closing}) {:blanks$}= {result}\n", ""));
        self.tell_attached(out);
    }
}

/// The process that a signal waits for.
fn process_of(target: SignalTarget, names: &Names) -> Pid {
    match target {
        SignalTarget::Process(pid) => pid,
        SignalTarget::Task(tid) => names.task(tid).map_or(Pid(tid.0), |facts| facts.tgid),
    }
}
