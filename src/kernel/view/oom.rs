//! The report of the OOM killer, as the kernel writes it to its log (`dump_header` and `__oom_kill_process` in
//! `mm/oom_kill.c`, `show_free_areas` in `mm/show_mem.c`).

use std::fmt::Write as _;

use crate::base::ids::{Pid, Tid};
use crate::base::units::PAGE_SIZE;
use crate::kernel::config::Config;
use crate::kernel::mm::{badness, oom};
use crate::kernel::state::{MmState, State};
use crate::trace::value::{FrameKind, LruList};

/// KiB of a page.
const PAGE_KIB: u64 = PAGE_SIZE / 1024;

/// What memory is used for, which processes there are, and which of them is killed; just before it is.
// Linux: the report begins with the registers of who needed memory, and tells of zones. Here: not, because the trace shows
// the first, and there is one zone.
#[must_use]
pub fn report(state: &State, config: &Config, victim: Pid) -> String {
    let mut text = mem_info(state, config);
    text.push_str("Tasks state (memory values in pages):\n");
    text.push_str(
        "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name\n",
    );
    for &pid in state.processes.keys() {
        if let Some(space) = oom::space_of(state, pid) {
            task(&mut text, state, pid, state.mm(space));
        }
    }
    if let Some(space) = oom::space_of(state, victim) {
        killed(&mut text, state, victim, state.mm(space));
    }
    text
}

fn mem_info(state: &State, config: &Config) -> String {
    let list = |list: LruList| state.lru.ends[list as usize].len;
    let counts = &state.frame_counts;
    let free = u64::from(config.ram_frames).saturating_sub(state.frames.len() as u64);
    let swap_total = u64::from(config.swap_slots);
    let mut text = "Mem-Info:\n".to_owned();
    let _ = writeln!(
        text,
        "active_anon:{} inactive_anon:{} isolated_anon:0\n active_file:{} inactive_file:{} isolated_file:0\n \
         unevictable:{} dirty:{} writeback:{}\n mapped:{} shmem:{} pagetables:{}\n free:{free}",
        list(LruList::ActiveAnon),
        list(LruList::InactiveAnon),
        list(LruList::ActiveFile),
        list(LruList::InactiveFile),
        list(LruList::Unevictable),
        counts.dirty,
        counts.writeback,
        counts.mapped,
        counts.of(FrameKind::Shmem),
        counts.of(FrameKind::Table),
    );
    let _ = writeln!(
        text,
        "{} total pagecache pages\n{} pages in swap cache\nFree swap  = {}kB\nTotal swap = {}kB\n{} pages RAM",
        counts.of(FrameKind::File) + counts.of(FrameKind::Shmem) + counts.swap_cached,
        counts.swap_cached,
        (swap_total - state.swap.len() as u64) * PAGE_KIB,
        swap_total * PAGE_KIB,
        config.ram_frames,
    );
    text
}

/// A line of the table (`dump_task`).
fn task(text: &mut String, state: &State, pid: Pid, space: &MmState) {
    let process = state.process(pid);
    let _ = writeln!(
        text,
        "[{:>7}] {:>5} {:>5} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8} {:>8}         {:>5} {}",
        pid.0,
        process.uid,
        pid.0,
        space.total_pages,
        space.rss(),
        space.rss_anon,
        space.rss_file,
        space.rss_shmem,
        badness::tables(space) * PAGE_SIZE,
        space.swapped,
        process.oom_score_adj,
        name(state, pid)
    );
}

fn killed(text: &mut String, state: &State, pid: Pid, space: &MmState) {
    let process = state.process(pid);
    let _ = writeln!(
        text,
        "Out of memory: Killed process {pid} ({}) total-vm:{}kB, anon-rss:{}kB, file-rss:{}kB, shmem-rss:{}kB, UID:{} \
         pgtables:{}kB oom_score_adj:{}",
        name(state, pid),
        space.total_pages * PAGE_KIB,
        space.rss_anon * PAGE_KIB,
        space.rss_file * PAGE_KIB,
        space.rss_shmem * PAGE_KIB,
        process.uid,
        badness::tables(space) * PAGE_KIB,
        process.oom_score_adj
    );
}

fn name(state: &State, pid: Pid) -> String {
    state.tasks.get(&Tid(pid.0)).map(|task| task.name()).unwrap_or_default()
}
