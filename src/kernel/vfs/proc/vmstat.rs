//! `/proc/vmstat`: counts of memory management (`vmstat_text` in `mm/vmstat.c`).

use std::fmt::Write as _;

use crate::kernel::core::Kernel;
use crate::kernel::mm::huge;
use crate::kernel::vfs::proc::memory::{anon_mapped, free_frames};
use crate::trace::value::{FrameKind, LRU_LISTS, LruList};

/// The content of the file: what there is now, then what happened so far, both in Linux's order.
// Linux: /proc/vmstat has more lines. Here: those of what the model has, because the others would always be 0.
pub fn vmstat(k: &Kernel) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: u64| {
        let _ = writeln!(text, "{name} {value}");
    };
    let state = k.state();
    let counts = &state.frame_counts;
    let of = |kind| u64::from(counts.of(kind));
    line("nr_free_pages", free_frames(k));
    for list in LRU_LISTS.into_iter().filter(|&list| list != LruList::Queue) {
        line(&format!("nr_{}", list.name()), u64::from(state.lru.ends[list as usize].len));
    }
    line("nr_anon_pages", anon_mapped(state));
    line("nr_mapped", u64::from(counts.mapped));
    line("nr_file_pages", of(FrameKind::File) + of(FrameKind::Shmem) + u64::from(counts.swap_cached));
    line("nr_dirty", u64::from(counts.dirty));
    line("nr_writeback", u64::from(counts.writeback));
    line("nr_shmem", of(FrameKind::Shmem));
    line("nr_anon_transparent_hugepages", huge::count(state));
    let counters = k.accounting().machine();
    line("nr_dirtied", counters.dirtied);
    line("nr_written", counters.written);
    line("nr_page_table_pages", of(FrameKind::Table));
    line("nr_swapcached", u64::from(counts.swap_cached));
    line("pgpgin", counters.pgpgin);
    line("pgpgout", counters.pgpgout);
    line("pswpin", counters.pswpin);
    line("pswpout", counters.pswpout);
    line("pgalloc_normal", counters.pgalloc);
    line("pgfree", counters.pgfree);
    line("pgactivate", counters.pgactivate);
    line("pgdeactivate", counters.pgdeactivate);
    line("pgfault", counters.pgfault);
    line("pgmajfault", counters.pgmajfault);
    line("pgreuse", counters.pgreuse);
    line("pgsteal_kswapd", counters.pgsteal_kswapd);
    line("pgsteal_direct", counters.pgsteal_direct);
    line("pgscan_kswapd", counters.pgscan_kswapd);
    line("pgscan_direct", counters.pgscan_direct);
    line("pgsteal_anon", counters.pgsteal_anon);
    line("pgsteal_file", counters.pgsteal_file);
    line("oom_kill", counters.oom_kill);
    line("thp_fault_alloc", counters.thp_fault_alloc);
    line("thp_fault_fallback", counters.thp_fault_fallback);
    line("thp_split_pmd", counters.thp_split_pmd);
    line("thp_zero_page_alloc", counters.thp_zero_page_alloc);
    text
}
