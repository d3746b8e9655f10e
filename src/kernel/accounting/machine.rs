//! Counters of the whole machine: what `/proc/stat` and `/proc/vmstat` tell (`enum vm_event_item`).

use crate::kernel::mm::huge;
use crate::kernel::state::State;
use crate::machine::pte::{P, PS, Pte};
use crate::trace::event::{Cause, Change, FaultResult, Note};
use crate::trace::value::{EvictedTo, FrameFlags, FrameKind, FrameUse, Io, LruList};

/// KiB of a page.
const PAGE_KIB: u64 = 4;

/// What the whole machine did since it was switched on. Pages, unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MachineCounters {
    /// Nanoseconds in user mode.
    pub utime: u64,
    /// Nanoseconds in the kernel on behalf of tasks.
    pub stime: u64,
    /// Context switches, those to the idle task included.
    pub switches: u64,
    /// Ends of time slices and answers of devices.
    pub interrupts: u64,
    /// Tasks that were made.
    pub forks: u64,
    /// KiB that were read from the disk and the swap device.
    pub pgpgin: u64,
    /// KiB that were written to the disk and the swap device.
    pub pgpgout: u64,
    /// Came back from the swap device.
    pub pswpin: u64,
    /// Were written to the swap device.
    pub pswpout: u64,
    /// Frames that were taken.
    pub pgalloc: u64,
    /// Frames that were given back.
    pub pgfree: u64,
    /// Moved to a list of pages in use.
    pub pgactivate: u64,
    /// Moved to a list of pages that were not used lately.
    pub pgdeactivate: u64,
    /// Page faults that were served.
    pub pgfault: u64,
    /// Those of them that waited for a device.
    pub pgmajfault: u64,
    /// Page faults in which the last owner of a page got its right to write back.
    pub pgreuse: u64,
    /// Evicted by kswapd.
    pub pgsteal_kswapd: u64,
    /// Evicted by who needed a frame.
    pub pgsteal_direct: u64,
    /// Looked at by kswapd.
    pub pgscan_kswapd: u64,
    /// Looked at by who needed a frame.
    pub pgscan_direct: u64,
    /// Evicted pages of private and shared memory.
    pub pgsteal_anon: u64,
    /// Evicted pages of files.
    pub pgsteal_file: u64,
    /// Pages of files that became dirty.
    pub dirtied: u64,
    /// Pages of files that were written to the disk.
    pub written: u64,
    /// Processes that the OOM killer ended.
    pub oom_kill: u64,
    /// Page faults that were served by a large page.
    pub thp_fault_alloc: u64,
    /// Page faults that a large page was wanted for, and served by a small one.
    pub thp_fault_fallback: u64,
    /// Large pages of zeros, for all, that were made.
    pub thp_zero_page_alloc: u64,
    /// Entries for a large page that became 512 small ones.
    pub thp_split_pmd: u64,
}

impl MachineCounters {
    /// Counts something that is told.
    #[inline(always)]
    #[expect(clippy::wildcard_enum_match_arm, reason = "few notes of many are counted")]
    pub(super) fn count_note(&mut self, cause: Cause, note: &Note) {
        let kswapd = cause == Cause::Kswapd;
        match *note {
            Note::Tick => self.interrupts += 1,
            Note::FaultDone { result: FaultResult::Huge, .. } => self.thp_fault_alloc += 1,
            Note::NoLargePage { .. } => self.thp_fault_fallback += 1,
            Note::FaultDone { result: FaultResult::Reused, .. } => self.pgreuse += 1,
            Note::FaultDone { result: FaultResult::SwappedIn, .. } => self.swapped_in(),
            Note::Evicted { usage, to, .. } => {
                *(if kswapd { &mut self.pgsteal_kswapd } else { &mut self.pgsteal_direct }) += 1;
                *(if usage.kind == FrameKind::File { &mut self.pgsteal_file } else { &mut self.pgsteal_anon }) += 1;
                if let EvictedTo::Swap(_) = to {
                    self.pswpout += 1;
                    self.pgpgout += PAGE_KIB;
                }
            }
            Note::Reclaimed { scanned, .. } => {
                *(if kswapd { &mut self.pgscan_kswapd } else { &mut self.pgscan_direct }) += u64::from(scanned);
            }
            Note::OomKill { .. } => self.oom_kill += 1,
            _ => {}
        }
    }

    fn swapped_in(&mut self) {
        self.pswpin += 1;
        self.pgpgin += PAGE_KIB;
    }

    /// Counts a change of the state.
    #[inline(always)]
    #[expect(clippy::wildcard_enum_match_arm, reason = "few changes of many are counted")]
    pub(super) fn count_change(&mut self, change: &Change, state: &State) {
        match *change {
            Change::Current { .. } => self.switches += 1,
            Change::Task { to: true, .. } => self.forks += 1,
            Change::Frame { from: None, to: Some(FrameUse { kind, index, .. }), .. } => {
                self.pgalloc += 1;
                // The last of a row.
                self.thp_zero_page_alloc += u64::from(kind == FrameKind::Zero && u64::from(index) + 1 == huge::PAGES);
            }
            Change::Frame { to: None, .. } => self.pgfree += 1,
            Change::Pte { level: 2, from, to, .. } => {
                let split = Pte(from).has(P | PS) && Pte(to).is_present() && !Pte(to).has(PS);
                self.thp_split_pmd += u64::from(split);
            }
            Change::Lru { from: Some(from), to: Some(to), .. } => {
                self.pgactivate += u64::from(!is_active(from.list) && is_active(to.list));
                self.pgdeactivate += u64::from(is_active(from.list) && !is_active(to.list));
            }
            Change::DiskRead { to: true, .. } => self.pgpgin += PAGE_KIB,
            Change::Io { io, to: true, .. } => match io {
                Io::ReadSwap(_) => self.swapped_in(),
                Io::ReadFile(..) | Io::WriteFile(..) | Io::WriteSwap(_) => {}
            },
            Change::Io { to: false, .. } => self.interrupts += 1,
            Change::FrameFlags { frame, from, to } if state.frame(frame).usage.kind == FrameKind::File => {
                let set = to.difference(from);
                self.dirtied += u64::from(set.contains(FrameFlags::DIRTY));
                if set.contains(FrameFlags::WRITEBACK) {
                    self.written += 1;
                    self.pgpgout += PAGE_KIB;
                }
            }
            _ => {}
        }
    }
}

const fn is_active(list: LruList) -> bool {
    matches!(list, LruList::ActiveAnon | LruList::ActiveFile)
}
