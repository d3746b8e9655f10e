//! The summary: counters of a run, made from its events, or from the lines of a file that holds them.

mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::abi::sysno::Sysno;
use crate::base::ids::Tid;
use crate::trace::event::{Category, Cause, Change, Note, What};
use crate::trace::recorder::Numbered;
use crate::trace::render::words;
use crate::trace::value::{TlbEntry, TlbUse};

/// How often a system call was made, and how often it failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Calls {
    count: u64,
    errors: u64,
}

/// How a task used the TLB.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct TlbTotals {
    loads: u64,
    load_misses: u64,
    stores: u64,
    store_misses: u64,
    fetch_misses: u64,
}

impl TlbTotals {
    fn add(&mut self, counts: &TlbUse) {
        self.loads += u64::from(counts.loads);
        self.load_misses += u64::from(counts.load_misses);
        self.stores += u64::from(counts.stores);
        self.store_misses += u64::from(counts.store_misses);
        self.fetch_misses += u64::from(counts.fetch_misses);
    }
}

/// Counts events. Those of the setting up of the machine count for frames only.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    calls: BTreeMap<u16, Calls>,
    /// By the word of `jsonl` for what was done.
    faults: BTreeMap<&'static str, u64>,
    major: u64,
    /// By the word of `jsonl` for where the page went.
    evicted: BTreeMap<&'static str, u64>,
    interrupts: u64,
    exceptions: u64,
    voluntary: u64,
    involuntary: u64,
    /// The task that ran last went to sleep or ended, so the next switch is its own wish.
    gave_up: bool,
    spaces: u64,
    tlb_fills: u64,
    tlb_drops: u64,
    tlb_used: BTreeMap<Tid, TlbTotals>,
    /// The names of tasks.
    comms: BTreeMap<Tid, String>,
    frames: i64,
    most_frames: i64,
    made: u64,
    steps: BTreeMap<(&'static str, &'static str), u64>,
    events: u64,
    end: u64,
    /// Of a file, what it shows; a run shows everything.
    shown: Option<Shown>,
}

/// What a file of a trace shows: a filter may have left out the rest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Shown {
    categories: BTreeSet<String>,
    boot: bool,
}

impl Summary {
    /// Counts an event.
    pub fn push(&mut self, numbered: &Numbered) {
        if let What::Change(Change::Frame { from, to, .. }) = numbered.event.what {
            self.frames += i64::from(to.is_some()) - i64::from(from.is_some());
            self.most_frames = self.most_frames.max(self.frames);
        }
        if let What::Change(Change::Comm { tid, to, .. }) = numbered.event.what {
            let end = to.iter().position(|&byte| byte == 0).unwrap_or(to.len());
            let name = String::from_utf8_lossy(&to[..end]).escape_default().to_string();
            // A task that is gone keeps its name here.
            if end > 0 {
                let _ = self.comms.insert(tid, name);
            }
        }
        if numbered.cause == Cause::Boot {
            return;
        }
        self.events += 1;
        self.end = self.end.max(numbered.event.time.0);
        match numbered.event.what {
            What::Change(change) => self.change(&change),
            What::Note(Note::TlbUsed { counts }) => {
                self.tlb_used.entry(numbered.event.task).or_default().add(&counts);
            }
            What::Note(note) => self.note(&note),
            What::Choice(_) => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only some changes are counted")]
    fn change(&mut self, change: &Change) {
        match *change {
            Change::Current { from, .. } if from.0 != 0 => self.switch(),
            Change::Cr3 { .. } => self.spaces += 1,
            Change::Tlb { from, to, .. } => self.tlb(from, to),
            Change::TaskState { from, to, .. } => self.step(from.word(), to.word()),
            _ => {}
        }
    }

    /// Another task gets the CPU than had it.
    fn switch(&mut self) {
        let counter = if self.gave_up { &mut self.voluntary } else { &mut self.involuntary };
        *counter += 1;
    }

    /// A task goes from one state to another.
    fn step(&mut self, from: &'static str, to: &'static str) {
        // The kernel clears a dead task's cells: it goes nowhere.
        if from == "dead" {
            return;
        }
        if from == "running" {
            self.gave_up = to != "runnable";
        }
        *self.steps.entry((from, to)).or_default() += 1;
    }

    fn tlb(&mut self, from: TlbEntry, to: TlbEntry) {
        if to.is_valid() && from.tag != to.tag {
            self.tlb_fills += 1;
        } else if !to.is_valid() {
            self.tlb_drops += 1;
        }
    }

    fn note(&mut self, note: &Note) {
        match *note {
            Note::SyscallEnter { nr, .. } => self.calls.entry(nr).or_default().count += 1,
            Note::SyscallExit { nr, result, .. } if (-4095..0).contains(&result) => {
                self.calls.entry(nr).or_default().errors += 1;
            }
            Note::FaultDone { result, major, .. } => {
                *self.faults.entry(words::fault_result(result)).or_default() += 1;
                self.major += u64::from(major);
            }
            Note::Evicted { to, .. } => *self.evicted.entry(words::evicted(to)).or_default() += 1,
            Note::Tick => self.interrupts += 1,
            Note::Exception { .. } => self.exceptions += 1,
            Note::Cloned { .. } => self.made += 1,
            Note::SyscallExit { .. }
            | Note::SyscallSleeps { .. }
            | Note::Walk { .. }
            | Note::TlbUsed { .. }
            | Note::Fault { .. }
            | Note::Executed { .. }
            | Note::Exited { .. }
            | Note::Reaped { .. }
            | Note::SignalSent { .. }
            | Note::SignalTaken { .. }
            | Note::HandlerCalled { .. }
            | Note::HandlerDone { .. }
            | Note::Lock { .. }
            | Note::Reclaimed { .. }
            | Note::OomKill { .. }
            | Note::AllocationFails { .. }
            | Note::NoLargePage { .. }
            | Note::Print { .. }
            | Note::Mark { .. } => {}
        }
    }

    /// The table.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.rows() {
            // Writing to a String does not fail.
            let _ = writeln!(out, "{}", format!("{name:<36}{value}").trim_end());
        }
        out
    }

    /// The rows of the table: what is counted, and the count; a heading has none. Of a file, those of which it tells.
    #[must_use]
    pub fn rows(&self) -> Vec<(String, String)> {
        use Category::{Mm, Mode, Sched, Swap, Syscall, Task, Tlb};
        let calls: u64 = self.calls.values().map(|calls| calls.count).sum();
        let faults: u64 = self.faults.values().sum();
        let mut out = Rows { shown: self.shown.as_ref(), rows: Vec::new() };
        out.line(&[], "virtual time", &format!("{}.{:03} µs", self.end / 1000, self.end % 1000));
        out.line(&[], "events", &self.events.to_string());
        out.line(&[Task], "tasks made", &self.made.to_string());
        let total = calls + faults + self.interrupts + self.exceptions;
        out.line(&[Syscall, Mm, Mode], "mode switches into the kernel", &total.to_string());
        out.line(&[Syscall], "  by system call", &calls.to_string());
        out.line(&[Mm], "  by page fault", &faults.to_string());
        out.line(&[Mode], "  by timer interrupt", &self.interrupts.to_string());
        out.line(&[Mode], "  by another exception", &self.exceptions.to_string());
        out.line(&[Sched], "context switches", &(self.voluntary + self.involuntary).to_string());
        out.line(&[Sched], "  voluntary: it slept or ended", &self.voluntary.to_string());
        out.line(&[Sched], "  involuntary: it was preempted", &self.involuntary.to_string());
        out.line(&[Sched], "address space switches (CR3)", &self.spaces.to_string());
        out.line(&[Mm], "page faults", &format!("{faults} ({} major)", self.major));
        for (name, count) in in_words(&self.faults, &FAULTS) {
            out.line(&[Mm], &format!("  {name}"), &count.to_string());
        }
        if !self.evicted.is_empty() {
            out.line(&[Swap], "pages evicted", &self.evicted.values().sum::<u64>().to_string());
            for (name, count) in in_words(&self.evicted, &EVICTED) {
                out.line(&[Swap], &format!("  {name}"), &count.to_string());
            }
        }
        out.line(&[Tlb], "TLB entries filled", &self.tlb_fills.to_string());
        out.line(&[Tlb], "TLB entries flushed", &self.tlb_drops.to_string());
        self.data_accesses(&mut out);
        if self.shown.as_ref().is_none_or(|shown| shown.boot) {
            out.line(&[Mm], "frames in use at most", &self.most_frames.to_string());
        }
        out.line(&[Syscall], "system calls", "");
        for (nr, Calls { count, errors }) in self.ordered_calls() {
            let failed = if errors == 0 { String::new() } else { format!(" ({errors} failed)") };
            out.line(&[Syscall], &format!("  {}", Sysno(nr)), &format!("{count}{failed}"));
        }
        out.line(&[Sched], "states", "");
        for ((from, to), count) in &self.steps {
            out.line(&[Sched], &format!("  {from} → {to}"), &count.to_string());
        }
        out.rows
    }

    /// What perf calls dTLB-loads and dTLB-stores, of all user code and of each task.
    fn data_accesses(&self, out: &mut Rows<'_>) {
        const TLB: &[Category] = &[Category::Tlb];
        let hits = |count: u64, misses: u64| format!("{count} ({misses} missed)");
        let sum = |of: fn(&TlbTotals) -> u64| -> u64 { self.tlb_used.values().map(of).sum() };
        out.line(TLB, "TLB asked by loads", &hits(sum(|t| t.loads), sum(|t| t.load_misses)));
        out.line(TLB, "TLB asked by stores", &hits(sum(|t| t.stores), sum(|t| t.store_misses)));
        out.line(TLB, "TLB missed by instructions", &sum(|t| t.fetch_misses).to_string());
        for (tid, totals) in &self.tlb_used {
            let name = self.comms.get(tid).map_or("", String::as_str);
            let TlbTotals { loads, load_misses, stores, store_misses, fetch_misses } = *totals;
            let data = format!("loads {}, stores {}", hits(loads, load_misses), hits(stores, store_misses));
            out.line(TLB, &format!("  {name}[{tid}]"), &format!("{data}, instructions missed {fetch_misses}"));
        }
    }

    /// Calls, the most frequent first.
    fn ordered_calls(&self) -> Vec<(u16, Calls)> {
        let mut calls: Vec<(u16, Calls)> = self.calls.iter().map(|(&nr, &calls)| (nr, calls)).collect();
        calls.sort_by_key(|&(nr, calls)| (std::cmp::Reverse(calls.count), nr));
        calls
    }
}

/// Rows of the table as they come.
struct Rows<'a> {
    shown: Option<&'a Shown>,
    rows: Vec<(String, String)>,
}

impl Rows<'_> {
    /// Adds a row, unless one of the categories that it is counted from is not shown.
    fn line(&mut self, of: &[Category], name: &str, value: &str) {
        let shows = |category: &Category| self.shown.is_none_or(|shown| shown.categories.contains(category.name()));
        if of.iter().all(shows) {
            self.rows.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// Counts by their words for people, in the order of these.
fn in_words(counts: &BTreeMap<&'static str, u64>, words: &[(&str, &'static str)]) -> BTreeMap<&'static str, u64> {
    let word = |known: &'static str| words.iter().find(|(name, _)| *name == known).map_or(known, |(_, word)| *word);
    counts.iter().map(|(&name, &count)| (word(name), count)).collect()
}

/// What was done about faults.
const FAULTS: [(&str, &str); 15] = [
    ("zero_filled", "fresh frame of zeros"),
    ("huge", "fresh large page of zeros"),
    ("huge_zero_page", "shared large page of zeros"),
    ("zero_page", "shared page of zeros"),
    ("copied", "copied on write"),
    ("reused", "reused by the last owner"),
    ("mapped", "mapped from the page cache"),
    ("disk", "waited for a device"),
    ("swapped_in", "swapped in"),
    ("swap_cache", "still in the swap cache"),
    ("underway", "waited for a page on its way"),
    ("no_room", "waited for pages to be written"),
    ("spurious", "nothing to do"),
    ("signal", "not allowed"),
    ("out_of_memory", "no frame free"),
];

/// Where evicted pages went.
const EVICTED: [(&str, &str); 4] = [
    ("swap", "written to the swap device"),
    ("swap_clean", "on the swap device already"),
    ("file", "written to their files"),
    ("dropped", "dropped"),
];
