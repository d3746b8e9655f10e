//! `/proc/PID/smaps` and `smaps_rollup`: what of each area is in memory, and whose else it is (`show_smap` in
//! `fs/proc/task_mmu.c`).

use std::fmt::Write as _;

use crate::base::ids::Tid;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE};
use crate::kernel::mm::{huge, table};
use crate::kernel::state::{MmState, State};
use crate::kernel::vfs::proc::maps;
use crate::machine::pte::{A, D, PS, Pte};
use crate::trace::value::{FrameFlags, FrameKind, Vma, VmaFlags};

/// Shares of a page are counted in so small parts (`PSS_SHIFT`).
const PSS_SHIFT: u32 = 12;
/// KiB of a page.
const PAGE_KIB: u64 = PAGE_SIZE / 1024;

/// What is found of an area (`struct mem_size_stats`): pages, and shares of pages in parts of [`PSS_SHIFT`].
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    resident: u64,
    shared_clean: u64,
    shared_dirty: u64,
    private_clean: u64,
    private_dirty: u64,
    referenced: u64,
    anonymous: u64,
    lazyfree: u64,
    huge: u64,
    swap: u64,
    pss: u64,
    pss_dirty: u64,
    pss_anon: u64,
    pss_file: u64,
    pss_shmem: u64,
    pss_locked: u64,
    swap_pss: u64,
}

impl Sums {
    /// Adds a page that a table entry names.
    fn add_present(&mut self, state: &State, pte: Pte, locked: bool) {
        let frame = state.frame(pte.frame());
        let share = (PAGE_SIZE << PSS_SHIFT) / u64::from(frame.maps.max(1));
        let of_kind = match frame.usage.kind {
            FrameKind::Anon => &mut self.pss_anon,
            FrameKind::File => &mut self.pss_file,
            FrameKind::Shmem => &mut self.pss_shmem,
            // The page of zeros is no page of the process.
            FrameKind::Zero | FrameKind::Table | FrameKind::Pipe | FrameKind::Kernel => return,
        };
        *of_kind += share;
        // Linux: a page of a file in memory, or of shared memory, that anybody changed is dirty for all. Here: for those
        // whose entry says so, because of such pages no mark is kept: they are never written back.
        let dirty = pte.has(D) || frame.flags.contains(FrameFlags::DIRTY);
        if frame.usage.kind == FrameKind::Anon {
            self.anonymous += 1;
            self.huge += u64::from(pte.has(PS));
            self.lazyfree += u64::from(frame.flags.contains(FrameFlags::LAZYFREE) && !dirty);
        }
        self.resident += 1;
        self.referenced += u64::from(pte.has(A) || frame.flags.contains(FrameFlags::REFERENCED));
        let pages = match (frame.maps > 1, dirty) {
            (true, false) => &mut self.shared_clean,
            (true, true) => &mut self.shared_dirty,
            (false, false) => &mut self.private_clean,
            (false, true) => &mut self.private_dirty,
        };
        *pages += 1;
        self.pss += share;
        self.pss_dirty += if dirty { share } else { 0 };
        self.pss_locked += if locked { share } else { 0 };
    }

    /// Adds a page on the swap device.
    fn add_swapped(&mut self, refs: u32) {
        self.swap += 1;
        self.swap_pss += (PAGE_SIZE << PSS_SHIFT) / u64::from(refs.max(1));
    }

    fn add(&mut self, other: &Self) {
        for (sum, more) in self.all().into_iter().zip(other.clone().all()) {
            *sum += *more;
        }
    }

    fn all(&mut self) -> [&mut u64; 17] {
        [
            &mut self.resident,
            &mut self.shared_clean,
            &mut self.shared_dirty,
            &mut self.private_clean,
            &mut self.private_dirty,
            &mut self.referenced,
            &mut self.anonymous,
            &mut self.lazyfree,
            &mut self.huge,
            &mut self.swap,
            &mut self.pss,
            &mut self.pss_dirty,
            &mut self.pss_anon,
            &mut self.pss_file,
            &mut self.pss_shmem,
            &mut self.pss_locked,
            &mut self.swap_pss,
        ]
    }
}

/// What is found of an area.
pub(super) fn of_area(state: &State, mm: &MmState, page: u64, vma: &Vma) -> Sums {
    let mut sums = Sums::default();
    let pages = page..page + u64::from(vma.pages);
    for leaf in table::leaves(&state.hardware.phys, mm.pgd(), pages) {
        let pte = leaf.step.pte;
        match pte.slot() {
            Some(slot) => sums.add_swapped(state.slot(slot).refs),
            None => sums.add_present(state, pte, vma.flags.contains(VmaFlags::LOCKED)),
        }
    }
    if let Some(inode) = state.inodes.get(vma.ino.0) {
        // Pages of shared memory that are on the swap device have no table entry (`shmem_swap_usage`).
        let part = vma.file_page..vma.file_page.saturating_add(vma.pages);
        sums.swap += inode.swapped.range(part).count() as u64;
    }
    sums
}

/// The content of `smaps`; empty for a process that has ended.
pub fn smaps(state: &State, tid: Tid) -> String {
    let Some(mm) = state.task(tid).mm.map(|mm| state.mm(mm)) else { return String::new() };
    let mut text = String::new();
    for (&page, vma) in &mm.vmas {
        text.push_str(&maps::line(state, mm, page, vma));
        line(&mut text, "Size", u64::from(vma.pages) * PAGE_KIB);
        line(&mut text, "KernelPageSize", PAGE_KIB);
        line(&mut text, "MMUPageSize", PAGE_KIB);
        lines(&mut text, &of_area(state, mm, page, vma), false);
        let _ = writeln!(text, "THPeligible:    {:8}", u8::from(huge::is_eligible(page, vma)));
        let _ = writeln!(text, "VmFlags: {} ", mnemonics(vma));
    }
    text
}

/// The content of `smaps_rollup`.
pub fn rollup(state: &State, tid: Tid) -> String {
    let Some(mm) = state.task(tid).mm.map(|mm| state.mm(mm)) else { return String::new() };
    let mut sums = Sums::default();
    for (&page, vma) in &mm.vmas {
        sums.add(&of_area(state, mm, page, vma));
    }
    let start = mm.vmas.keys().next().copied().unwrap_or(0) << PAGE_SHIFT;
    let end = mm.vmas.iter().next_back().map_or(0, |(page, vma)| (page + u64::from(vma.pages)) << PAGE_SHIFT);
    let mut text = maps::named(&format!("{start:08x}-{end:08x} ---p 00000000 00:00 0 "), "[rollup]");
    lines(&mut text, &sums, true);
    text
}

fn line(text: &mut String, name: &str, kib: u64) {
    let _ = writeln!(text, "{:15} {kib:8} kB", format!("{name}:"));
}

/// The lines of sums (`__show_smap`); a rollup tells shares by kind, too.
fn lines(text: &mut String, sums: &Sums, rollup: bool) {
    let share = |parts: u64| parts >> (10 + PSS_SHIFT);
    line(text, "Rss", sums.resident * PAGE_KIB);
    line(text, "Pss", share(sums.pss));
    line(text, "Pss_Dirty", share(sums.pss_dirty));
    if rollup {
        line(text, "Pss_Anon", share(sums.pss_anon));
        line(text, "Pss_File", share(sums.pss_file));
        line(text, "Pss_Shmem", share(sums.pss_shmem));
    }
    line(text, "Shared_Clean", sums.shared_clean * PAGE_KIB);
    line(text, "Shared_Dirty", sums.shared_dirty * PAGE_KIB);
    line(text, "Private_Clean", sums.private_clean * PAGE_KIB);
    line(text, "Private_Dirty", sums.private_dirty * PAGE_KIB);
    line(text, "Referenced", sums.referenced * PAGE_KIB);
    line(text, "Anonymous", sums.anonymous * PAGE_KIB);
    line(text, "KSM", 0);
    line(text, "LazyFree", sums.lazyfree * PAGE_KIB);
    line(text, "AnonHugePages", sums.huge * PAGE_KIB);
    for name in ["ShmemPmdMapped", "FilePmdMapped", "Shared_Hugetlb", "Private_Hugetlb"] {
        line(text, name, 0);
    }
    line(text, "Swap", sums.swap * PAGE_KIB);
    line(text, "SwapPss", share(sums.swap_pss));
    line(text, "Locked", share(sums.pss_locked));
}

/// The flags of an area in two letters each (`show_smap_vma_flags`), in the order of Linux's bits.
fn mnemonics(vma: &Vma) -> String {
    let has = |flag| vma.flags.contains(flag);
    let shared = has(VmaFlags::SHARED);
    let may_write = !has(VmaFlags::NEVER_WRITE);
    let all = [
        (has(VmaFlags::READ), "rd"),
        (has(VmaFlags::WRITE), "wr"),
        (has(VmaFlags::EXEC), "ex"),
        (shared && may_write, "sh"),
        (true, "mr"),
        (may_write, "mw"),
        (true, "me"),
        (shared, "ms"),
        (has(VmaFlags::GROWSDOWN), "gd"),
        (has(VmaFlags::LOCKED), "lo"),
        (has(VmaFlags::SEQ_READ), "sr"),
        (has(VmaFlags::RAND_READ), "rr"),
        (has(VmaFlags::DONTCOPY), "dc"),
        (has(VmaFlags::LOCKONFAULT), "lf"),
        (has(VmaFlags::ACCOUNT), "ac"),
        (has(VmaFlags::NORESERVE), "nr"),
        (has(VmaFlags::WIPEONFORK), "wf"),
        (has(VmaFlags::DONTDUMP), "dd"),
        (has(VmaFlags::HUGEPAGE), "hg"),
        (has(VmaFlags::NOHUGEPAGE), "nh"),
    ];
    let set: Vec<&str> = all.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    set.join(" ")
}
