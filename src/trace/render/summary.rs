//! The summary: counters of a run, made from its events.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::abi::sysno::Sysno;
use crate::base::ids::Tid;
use crate::trace::event::{Cause, Change, FaultResult, Note, What};
use crate::trace::recorder::Numbered;
use crate::trace::value::{EvictedTo, TaskState, TlbEntry, TlbUse};

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
    faults: BTreeMap<&'static str, u64>,
    major: u64,
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
            Change::Current { from, .. } if from.0 != 0 => {
                let counter = if self.gave_up { &mut self.voluntary } else { &mut self.involuntary };
                *counter += 1;
            }
            Change::Cr3 { .. } => self.spaces += 1,
            Change::Tlb { from, to, .. } => self.tlb(from, to),
            // The kernel clears a dead task's cells: it goes nowhere.
            Change::TaskState { from: TaskState::Dead, .. } => {}
            Change::TaskState { from, to, .. } => {
                if let TaskState::Running(_) = from {
                    self.gave_up = !matches!(to, TaskState::Runnable(_));
                }
                *self.steps.entry((from.word(), to.word())).or_default() += 1;
            }
            _ => {}
        }
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
                *self.faults.entry(fault_words(result)).or_default() += 1;
                self.major += u64::from(major);
            }
            Note::Evicted { to, .. } => *self.evicted.entry(evicted_words(to)).or_default() += 1,
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

    /// The rows of the table: what is counted, and the count; a heading has none.
    #[must_use]
    pub fn rows(&self) -> Vec<(String, String)> {
        let calls: u64 = self.calls.values().map(|calls| calls.count).sum();
        let faults: u64 = self.faults.values().sum();
        let mut out = Vec::new();
        line(&mut out, "virtual time", &format!("{}.{:03} µs", self.end / 1000, self.end % 1000));
        line(&mut out, "events", &self.events.to_string());
        line(&mut out, "tasks made", &self.made.to_string());
        let total = calls + faults + self.interrupts + self.exceptions;
        line(&mut out, "mode switches into the kernel", &total.to_string());
        for (name, count) in [
            ("  by system call", calls),
            ("  by page fault", faults),
            ("  by timer interrupt", self.interrupts),
            ("  by another exception", self.exceptions),
        ] {
            line(&mut out, name, &count.to_string());
        }
        line(&mut out, "context switches", &(self.voluntary + self.involuntary).to_string());
        line(&mut out, "  voluntary: it slept or ended", &self.voluntary.to_string());
        line(&mut out, "  involuntary: it was preempted", &self.involuntary.to_string());
        line(&mut out, "address space switches (CR3)", &self.spaces.to_string());
        line(&mut out, "page faults", &format!("{faults} ({} major)", self.major));
        for (name, count) in &self.faults {
            line(&mut out, &format!("  {name}"), &count.to_string());
        }
        if !self.evicted.is_empty() {
            line(&mut out, "pages evicted", &self.evicted.values().sum::<u64>().to_string());
            for (name, count) in &self.evicted {
                line(&mut out, &format!("  {name}"), &count.to_string());
            }
        }
        line(&mut out, "TLB entries filled", &self.tlb_fills.to_string());
        line(&mut out, "TLB entries flushed", &self.tlb_drops.to_string());
        self.data_accesses(&mut out);
        line(&mut out, "frames in use at most", &self.most_frames.to_string());
        line(&mut out, "system calls", "");
        for (nr, Calls { count, errors }) in self.ordered_calls() {
            let failed = if errors == 0 { String::new() } else { format!(" ({errors} failed)") };
            line(&mut out, &format!("  {}", Sysno(nr)), &format!("{count}{failed}"));
        }
        line(&mut out, "states", "");
        for ((from, to), count) in &self.steps {
            line(&mut out, &format!("  {from} → {to}"), &count.to_string());
        }
        out
    }

    /// What perf calls dTLB-loads and dTLB-stores, of all user code and of each task.
    fn data_accesses(&self, out: &mut Vec<(String, String)>) {
        let hits = |count: u64, misses: u64| format!("{count} ({misses} missed)");
        let sum = |of: fn(&TlbTotals) -> u64| -> u64 { self.tlb_used.values().map(of).sum() };
        line(out, "TLB asked by loads", &hits(sum(|t| t.loads), sum(|t| t.load_misses)));
        line(out, "TLB asked by stores", &hits(sum(|t| t.stores), sum(|t| t.store_misses)));
        line(out, "TLB missed by instructions", &sum(|t| t.fetch_misses).to_string());
        for (tid, totals) in &self.tlb_used {
            let name = self.comms.get(tid).map_or("", String::as_str);
            let TlbTotals { loads, load_misses, stores, store_misses, fetch_misses } = *totals;
            let data = format!("loads {}, stores {}", hits(loads, load_misses), hits(stores, store_misses));
            line(out, &format!("  {name}[{tid}]"), &format!("{data}, instructions missed {fetch_misses}"));
        }
    }

    /// Calls, the most frequent first.
    fn ordered_calls(&self) -> Vec<(u16, Calls)> {
        let mut calls: Vec<(u16, Calls)> = self.calls.iter().map(|(&nr, &calls)| (nr, calls)).collect();
        calls.sort_by_key(|&(nr, calls)| (std::cmp::Reverse(calls.count), nr));
        calls
    }
}

fn line(out: &mut Vec<(String, String)>, name: &str, value: &str) {
    out.push((name.to_owned(), value.to_owned()));
}

const fn fault_words(result: FaultResult) -> &'static str {
    match result {
        FaultResult::ZeroFilled => "fresh frame of zeros",
        FaultResult::Huge => "fresh large page of zeros",
        FaultResult::HugeZeroPage => "shared large page of zeros",
        FaultResult::ZeroPage => "shared page of zeros",
        FaultResult::Copied => "copied on write",
        FaultResult::Reused => "reused by the last owner",
        FaultResult::Mapped(_) => "mapped from the page cache",
        FaultResult::Disk => "waited for a device",
        FaultResult::SwappedIn => "back from the swap device",
        FaultResult::SwapCache => "still in the swap cache",
        FaultResult::Underway => "waited for a page on its way",
        FaultResult::NoRoom => "waited for pages to be written",
        FaultResult::Spurious => "nothing to do",
        FaultResult::Signal => "not allowed",
        FaultResult::OutOfMemory => "no frame free",
    }
}

const fn evicted_words(to: EvictedTo) -> &'static str {
    match to {
        EvictedTo::Swap(_) => "written to the swap device",
        EvictedTo::SwapClean(_) => "on the swap device already",
        EvictedTo::File(_) => "written to their files",
        EvictedTo::Dropped => "dropped",
    }
}
