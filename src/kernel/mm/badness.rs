//! Badness: how much the end of a process would free, as the OOM killer sees it (`oom_badness` in `mm/oom_kill.c`).

use crate::base::ids::Pid;
use crate::kernel::config::Config;
use crate::kernel::mm::oom::space_of;
use crate::kernel::state::{MmState, State};
use crate::kernel::task::exit::INIT;

/// The adjustment that protects a process from the OOM killer (`OOM_SCORE_ADJ_MIN`).
pub const NEVER: i16 = -1000;
/// The adjustment that offers a process to the OOM killer before all others (`OOM_SCORE_ADJ_MAX`).
pub const FIRST: i16 = 1000;

/// Pages that the machine has, with those of the swap device.
#[must_use]
pub fn total_pages(config: &Config) -> u64 {
    u64::from(config.ram_frames) + u64::from(config.swap_slots)
}

/// Frames of page tables that count as a process's: not the top one (`mm_pgtables_bytes`).
#[must_use]
pub fn tables(space: &MmState) -> u64 {
    u64::from(space.tables.saturating_sub(1))
}

/// Pages that the end of a process would free: those in memory, on the swap device and of page tables.
#[must_use]
pub fn pages(space: &MmState) -> u64 {
    space.rss() + space.swapped + tables(space)
}

/// The badness of a process: pages in memory, on the swap device and of page tables, and for each unit of `oom_score_adj`
/// a thousandth of all memory. None if it must not be killed, or has no memory any more.
#[must_use]
pub fn badness(state: &State, config: &Config, pid: Pid) -> Option<i64> {
    let process = state.processes.get(&pid)?;
    if process.oom_score_adj == NEVER {
        return None;
    }
    let space = state.mm(space_of(state, pid)?);
    let thousandth = total_pages(config) / 1000;
    Some(pages(space) as i64 + i64::from(process.oom_score_adj) * thousandth as i64)
}

/// What `/proc/PID/oom_score` says: 0 for a process that is never killed, and about 667 for one that holds nothing
/// (`proc_oom_score` in `fs/proc/base.c`).
#[must_use]
pub fn score(state: &State, config: &Config, pid: Pid) -> i64 {
    // Pid 1 is not killable.
    let points = if pid == INIT { None } else { badness(state, config, pid) };
    points.map_or(0, |points| (1000 + points * 1000 / total_pages(config).max(1) as i64) * 2 / 3)
}
