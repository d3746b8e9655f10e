//! Counters and times of tasks: what `getrusage(2)` and `/proc/PID/stat` tell.
//!
//! They follow from the events, one at a time, and from the state behind each, so that they can be counted forward over a
//! recorded trace too.

mod machine;

use std::collections::BTreeMap;

use crate::base::ids::{CpuId, MmId, Pid, Tid};
use crate::base::sorted::Sorted;
use crate::base::units::{Ns, Page, Vaddr};
use crate::kernel::state::State;
use crate::trace::event::{Change, FaultResult, Note, What};
use crate::trace::recorder::Stamp;
use crate::trace::value::{Mode, TaskState, TlbUse};

pub use machine::MachineCounters;

/// The counters of a task, or the sums of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Nanoseconds in user mode.
    pub utime: u64,
    /// Nanoseconds in the kernel.
    pub stime: u64,
    /// Faults that were served without waiting for a device.
    pub minflt: u64,
    /// Faults that waited for a device.
    pub majflt: u64,
    /// Voluntary context switches: the task slept.
    pub nvcsw: u64,
    /// Involuntary ones: it was preempted.
    pub nivcsw: u64,
    /// How often it asked the TLB in user mode.
    pub tlb: TlbCounts,
}

/// How often user code asked the TLB, and what of it the kernel dropped meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TlbCounts {
    /// Loads (`dTLB-loads` of perf).
    pub loads: u64,
    /// Loads that had to walk (`dTLB-load-misses`).
    pub load_misses: u64,
    /// Stores (`dTLB-stores`).
    pub stores: u64,
    /// Stores that had to walk (`dTLB-store-misses`).
    pub store_misses: u64,
    /// Walks for instructions (`iTLB-load-misses`).
    pub fetch_misses: u64,
    /// Entries that the kernel dropped on its behalf.
    pub flushed: u64,
}

impl TlbCounts {
    fn add(&mut self, other: Self) {
        self.loads += other.loads;
        self.load_misses += other.load_misses;
        self.stores += other.stores;
        self.store_misses += other.store_misses;
        self.fetch_misses += other.fetch_misses;
        self.flushed += other.flushed;
    }

    fn add_use(&mut self, counts: &TlbUse) {
        self.loads += u64::from(counts.loads);
        self.load_misses += u64::from(counts.load_misses);
        self.stores += u64::from(counts.stores);
        self.store_misses += u64::from(counts.store_misses);
        self.fetch_misses += u64::from(counts.fetch_misses);
    }
}

impl Counters {
    fn add(&mut self, other: Self) {
        self.utime += other.utime;
        self.stime += other.stime;
        self.minflt += other.minflt;
        self.majflt += other.majflt;
        self.nvcsw += other.nvcsw;
        self.nivcsw += other.nivcsw;
        self.tlb.add(other.tlb);
    }
}

/// The most that an address space ever had, in pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Peaks {
    /// In areas (`hiwater_vm`).
    pub total: u64,
    /// In memory (`hiwater_rss`).
    pub rss: u64,
}

/// What is known of a task or of what it left behind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Ledger {
    own: Counters,
    tgid: Pid,
    /// The page whose fault waited for the disk and was counted; it faults once more when the page has come.
    awaited: Option<Page>,
}

/// The counters of all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Accounting {
    tasks: Sorted<Tid, Ledger>,
    /// Of threads of a process that ended before it.
    ended: BTreeMap<Pid, Counters>,
    /// Of children that were waited for, and theirs.
    children: BTreeMap<Pid, Counters>,
    /// The mode that each CPU is in.
    modes: Vec<Mode>,
    /// Parents by process.
    parents: BTreeMap<Pid, Pid>,
    /// By number of the address space.
    peaks: Vec<Peaks>,
    machine: MachineCounters,
}

impl Accounting {
    /// A task's own counters.
    #[must_use]
    pub fn task(&self, tid: Tid) -> Counters {
        self.tasks.get(&tid).map(|ledger| ledger.own).unwrap_or_default()
    }

    /// The sum over a process's threads, those that ended included (`RUSAGE_SELF`).
    #[must_use]
    pub fn process(&self, pid: Pid) -> Counters {
        let mut sum = self.ended.get(&pid).copied().unwrap_or_default();
        for ledger in self.tasks.values().filter(|ledger| ledger.tgid == pid) {
            sum.add(ledger.own);
        }
        sum
    }

    /// The sum over the children that were waited for (`RUSAGE_CHILDREN`).
    #[must_use]
    pub fn children(&self, pid: Pid) -> Counters {
        self.children.get(&pid).copied().unwrap_or_default()
    }

    /// The most that an address space ever had.
    #[must_use]
    pub fn peaks(&self, mm: MmId) -> Peaks {
        self.peaks.get(mm.0 as usize).copied().unwrap_or_default()
    }

    /// What the whole machine did.
    #[must_use]
    pub fn machine(&self) -> MachineCounters {
        self.machine
    }

    /// Counts an event, behind which the state is this.
    pub fn count(&mut self, stamp: &Stamp, what: &What, state: &State) {
        match *what {
            What::Change(ref change) => self.count_change(stamp.task, change, state),
            What::Note(ref note) => self.count_note(stamp, note),
            What::Choice(_) => {}
        }
    }

    /// Counts something that is told.
    #[inline(always)]
    pub fn count_note(&mut self, stamp: &Stamp, note: &Note) {
        self.machine.count_note(stamp.cause, note);
        if let Note::FaultDone { address, result, .. } = *note {
            self.count_fault(stamp.task, Vaddr(address).page(), result);
        }
        if let Note::TlbUsed { ref counts } = *note
            && let Some(own) = self.own(stamp.task)
        {
            own.tlb.add_use(counts);
        }
        if let Note::Reaped { pid, .. } = *note {
            self.inherit(pid);
        }
    }

    /// Counts a change that is made on behalf of a task, behind which the state is this.
    #[inline(always)]
    #[expect(clippy::wildcard_enum_match_arm, reason = "few changes of many are counted")]
    pub fn count_change(&mut self, task: Tid, change: &Change, state: &State) {
        self.machine.count_change(change, state);
        match *change {
            Change::Pte { mm, level: 1 | 2, .. } | Change::Vma { mm, to: true, .. } => self.count_peak(mm, state),
            Change::Mm { mm, .. } => self.set_peaks(mm, Peaks::default()),
            Change::Clock { cpu, from, to } => self.count_time(task, cpu, from, to),
            Change::Mode { cpu, to, .. } => {
                if self.modes.len() <= cpu.index() {
                    self.modes.resize(cpu.index() + 1, Mode::default());
                }
                self.modes[cpu.index()] = to;
            }
            Change::Tgid { tid, from, to } => self.count_member(tid, from, to),
            Change::Parent { pid, to, .. } => {
                let _ = self.parents.insert(pid, to);
            }
            Change::Process { pid, to: false, .. } => self.forget_process(pid),
            Change::TaskState { tid, from: TaskState::Running(_), to } => self.count_switch(tid, to),
            // What the processor drops by itself, at a fault, does not come by here.
            Change::Tlb { to, .. } if !to.is_valid() => {
                if let Some(own) = self.own(task) {
                    own.tlb.flushed += 1;
                }
            }
            _ => {}
        }
    }

    /// Counts how much an address space has now, if that is more than ever.
    pub fn count_peak(&mut self, mm: MmId, state: &State) {
        let Some(space) = state.mms.get(mm.0) else { return };
        let Peaks { total, rss } = self.peaks(mm);
        if space.total_pages > total || space.rss() > rss {
            self.set_peaks(mm, Peaks { total: total.max(space.total_pages), rss: rss.max(space.rss()) });
        }
    }

    fn set_peaks(&mut self, mm: MmId, peaks: Peaks) {
        let index = mm.0 as usize;
        if self.peaks.len() <= index {
            self.peaks.resize(index + 1, Peaks::default());
        }
        self.peaks[index] = peaks;
    }

    fn own(&mut self, tid: Tid) -> Option<&mut Counters> {
        self.tasks.get_mut(&tid).map(|ledger| &mut ledger.own)
    }

    /// The clock moves on: the time belongs to the task at work, in the mode the CPU is in.
    fn count_time(&mut self, task: Tid, cpu: CpuId, from: Ns, to: Ns) {
        let mode = self.modes.get(cpu.index()).copied().unwrap_or_default();
        if let Some(own) = self.own(task) {
            match mode {
                Mode::User => {
                    own.utime += to.0 - from.0;
                    self.machine.utime += to.0 - from.0;
                }
                Mode::Kernel => {
                    own.stime += to.0 - from.0;
                    self.machine.stime += to.0 - from.0;
                }
            }
        }
    }

    fn count_member(&mut self, tid: Tid, from: Pid, to: Pid) {
        if to == Pid(0) {
            if let Some(ledger) = self.tasks.remove(&tid) {
                self.ended.entry(from).or_default().add(ledger.own);
            }
        } else {
            self.tasks.get_or_default(tid).tgid = to;
        }
    }

    fn count_switch(&mut self, tid: Tid, to: TaskState) {
        if let Some(own) = self.own(tid) {
            match to {
                TaskState::Runnable(_) => own.nivcsw += 1,
                TaskState::Sleeping | TaskState::Uninterruptible | TaskState::Stopped => own.nvcsw += 1,
                TaskState::New | TaskState::Running(_) | TaskState::Zombie | TaskState::Dead => {}
            }
        }
    }

    /// A fault that waits for the disk is a major one, and counted once: not again when the page has come.
    fn count_fault(&mut self, task: Tid, page: Page, result: FaultResult) {
        let Some(ledger) = self.tasks.get_mut(&task) else { return };
        let before = ledger.own;
        let awaited = ledger.awaited.take() == Some(page);
        match result {
            FaultResult::Signal | FaultResult::OutOfMemory => {}
            // The fault goes on when there is room; what it comes to then is what counts.
            FaultResult::NoRoom | FaultResult::Underway => {
                if awaited {
                    ledger.awaited = Some(page);
                }
            }
            FaultResult::SwappedIn => ledger.own.majflt += u64::from(!awaited),
            FaultResult::Disk => {
                ledger.own.majflt += u64::from(!awaited);
                ledger.awaited = Some(page);
            }
            FaultResult::ZeroFilled
            | FaultResult::Huge
            | FaultResult::HugeZeroPage
            | FaultResult::ZeroPage
            | FaultResult::Copied
            | FaultResult::Reused
            | FaultResult::SwapCache
            | FaultResult::Mapped(_)
            | FaultResult::Spurious => ledger.own.minflt += u64::from(!awaited),
        }
        let (minor, major) = (ledger.own.minflt - before.minflt, ledger.own.majflt - before.majflt);
        self.machine.pgfault += minor + major;
        self.machine.pgmajfault += major;
    }

    /// A process was waited for: its sums go to its parent's children.
    fn inherit(&mut self, pid: Pid) {
        let mut sum = self.process(pid);
        sum.add(self.children(pid));
        if let Some(&parent) = self.parents.get(&pid) {
            self.children.entry(parent).or_default().add(sum);
        }
    }

    fn forget_process(&mut self, pid: Pid) {
        let _ = self.ended.remove(&pid);
        let _ = self.children.remove(&pid);
        let _ = self.parents.remove(&pid);
    }
}
