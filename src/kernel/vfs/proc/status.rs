//! `/proc/PID/status`: the same for people to read (`proc_pid_status(5)`, `fs/proc/array.c`, `fs/proc/task_mmu.c`).

use std::fmt::Write as _;

use crate::base::ids::{PidNsId, Tid};
use crate::base::units::PAGE_SIZE;
use crate::kernel::accounting::Peaks;
use crate::kernel::core::Kernel;
use crate::kernel::mm::badness;
use crate::kernel::state::{MmState, State};
use crate::kernel::vfs::proc::stat::actions;
use crate::trace::value::{MmField, Resource, TaskState, VmaFlags};

/// All capabilities: those of root.
const ALL_CAPABILITIES: u64 = 0x1ff_ffff_ffff;
/// Words of 32 bits in a mask of memory nodes (`MAX_NUMNODES` is 1,024).
const NODE_WORDS: usize = 32;

/// Lines of a status file.
struct Lines(String);

impl Lines {
    fn put(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key}:\t{value}");
    }

    fn kib(&mut self, key: &str, bytes: u64) {
        let _ = writeln!(self.0, "{key}:\t{:8} kB", bytes / 1024);
    }

    fn mask(&mut self, key: &str, mask: u64) {
        self.put(key, format_args!("{mask:016x}"));
    }
}

/// The content of the file.
pub fn status(k: &Kernel, tid: Tid) -> String {
    let state = k.state();
    let mut lines = Lines(String::new());
    identity(&mut lines, state, tid);
    if let Some(mm) = state.task(tid).mm {
        memory(&mut lines, state.mm(mm), k.accounting().peaks(mm));
    }
    signals(&mut lines, k, tid);
    let root = state.process_of(tid).uid == 0;
    rights(&mut lines, u32::from(k.config.cpus), if root { ALL_CAPABILITIES } else { 0 });
    let counters = k.accounting().task(tid);
    lines.put("voluntary_ctxt_switches", counters.nvcsw);
    lines.put("nonvoluntary_ctxt_switches", counters.nivcsw);
    lines.0
}

fn identity(lines: &mut Lines, state: &State, tid: Tid) {
    let task = state.task(tid);
    let (pid, process) = (task.tgid, state.process(task.tgid));
    lines.put("Name", task.name());
    if let Some(fs) = task.fs {
        lines.put("Umask", format_args!("{:04o}", state.fs(fs).context.umask));
    }
    let word = match task.state {
        TaskState::New | TaskState::Runnable(_) | TaskState::Running(_) => "running",
        TaskState::Sleeping => "sleeping",
        TaskState::Uninterruptible => "disk sleep",
        TaskState::Stopped => "stopped",
        TaskState::Zombie => "zombie",
        TaskState::Dead => "dead",
    };
    lines.put("State", format_args!("{} ({word})", task.state.letter()));
    lines.put("Tgid", pid);
    lines.put("Ngid", 0);
    lines.put("Pid", tid);
    lines.put("PPid", process.parent);
    lines.put("TracerPid", 0);
    let four = |id: u32| format!("{id}\t{id}\t{id}\t{id}");
    lines.put("Uid", four(process.uid));
    lines.put("Gid", four(process.gid));
    lines.put("FDSize", task.files.map_or(0, |files| table_size(state, files)));
    lines.put("Groups", " ");
    // In the machine's own pid namespace, and in all below it down to the task's own.
    let mut spaces: Vec<PidNsId> = state.upward(process.ns).collect();
    spaces.reverse();
    let numbers = |id: u32| {
        let number = |&ns: &PidNsId| state.number_in(ns, Tid(id)).to_string();
        spaces.iter().map(number).collect::<Vec<_>>().join("\t")
    };
    lines.put("NStgid", numbers(pid.0));
    lines.put("NSpid", numbers(tid.0));
    lines.put("NSpgid", numbers(process.group.0));
    lines.put("NSsid", numbers(process.session.0));
    lines.put("Kthread", 0);
}

/// For how many descriptors Linux has room: 64, or a power of 2 times 128 (`alloc_fdtable` in `fs/file.c`).
fn table_size(state: &State, files: crate::base::ids::FilesId) -> u32 {
    let highest = state.files(files).fds.iter().last().map_or(0, |(fd, _)| fd);
    if highest < 64 { 64 } else { (highest / 128 + 1).next_power_of_two() * 128 }
}

/// Pages of a program's text, as far as they are mapped at all.
fn text_pages(mm: &MmState) -> u64 {
    let (start, end) = (mm.field(MmField::StartCode), mm.field(MmField::EndCode));
    end.div_ceil(PAGE_SIZE).saturating_sub(start / PAGE_SIZE)
}

/// Pages of areas with flags that are wanted.
fn pages_with(mm: &MmState, wanted: fn(VmaFlags) -> bool) -> u64 {
    mm.vmas.values().filter(|vma| wanted(vma.flags)).map(|vma| u64::from(vma.pages)).sum()
}

fn stack_pages(mm: &MmState) -> u64 {
    pages_with(mm, |flags| flags.contains(VmaFlags::GROWSDOWN))
}

/// The content of `/proc/PID/statm`: pages of memory in all, in memory, in memory and of files, text, and data with
/// stack; the fifth and the seventh number are always 0 (`proc_pid_statm`).
pub fn statm(state: &State, tid: Tid) -> String {
    let Some(mm) = state.task(tid).mm.map(|mm| state.mm(mm)) else { return "0 0 0 0 0 0 0\n".to_owned() };
    let (shared, data) = (mm.rss_file + mm.rss_shmem, mm.data + stack_pages(mm));
    format!("{} {} {shared} {} 0 {data} 0\n", mm.total_pages, mm.rss(), text_pages(mm))
}

/// The lines of the address space (`task_mem` in `fs/proc/task_mmu.c`).
fn memory(lines: &mut Lines, mm: &MmState, peaks: Peaks) {
    let executable = pages_with(mm, |flags| flags.contains(VmaFlags::EXEC) && !flags.intersects(VmaFlags::WRITE));
    let text = text_pages(mm).min(executable);
    let pages = [
        ("VmPeak", peaks.total.max(mm.total_pages)),
        ("VmSize", mm.total_pages),
        ("VmLck", mm.locked),
        ("VmPin", 0),
        ("VmHWM", peaks.rss.max(mm.rss())),
        ("VmRSS", mm.rss()),
        ("RssAnon", mm.rss_anon),
        ("RssFile", mm.rss_file),
        ("RssShmem", mm.rss_shmem),
        ("VmData", mm.data),
        ("VmStk", stack_pages(mm)),
        ("VmExe", text),
        ("VmLib", executable - text),
        ("VmPTE", badness::tables(mm)),
        ("VmSwap", mm.swapped),
    ];
    for (key, pages) in pages {
        lines.kib(key, pages * PAGE_SIZE);
    }
    lines.kib("HugetlbPages", 0);
    lines.put("CoreDumping", 0);
    lines.put("THP_enabled", 0);
    lines.put("untag_mask", "0xffffffffffffffff");
}

fn signals(lines: &mut Lines, k: &Kernel, tid: Tid) {
    let state = k.state();
    let task = state.task(tid);
    let process = state.process(task.tgid);
    lines.put("Threads", process.threads.len());
    let queued: usize = state
        .processes
        .values()
        .filter(|other| other.uid == process.uid)
        .map(|other| {
            let of_threads = other.threads.iter().map(|&tid| state.task(tid).queued.len());
            other.queued.len() + of_threads.sum::<usize>()
        })
        .sum();
    lines.put("SigQ", format_args!("{queued}/{}", k.limit(task.tgid, Resource::Sigpending)));
    lines.mask("SigPnd", task.pending.0);
    lines.mask("ShdPnd", process.pending.0);
    lines.mask("SigBlk", task.mask.0);
    let (ignored, caught) = actions(state, tid);
    lines.mask("SigIgn", ignored.0);
    lines.mask("SigCgt", caught.0);
}

fn rights(lines: &mut Lines, cpus: u32, capabilities: u64) {
    lines.mask("CapInh", 0);
    lines.mask("CapPrm", capabilities);
    lines.mask("CapEff", capabilities);
    lines.mask("CapBnd", ALL_CAPABILITIES);
    lines.mask("CapAmb", 0);
    lines.put("NoNewPrivs", 0);
    lines.put("Seccomp", 0);
    lines.put("Seccomp_filters", 0);
    lines.put("Speculation_Store_Bypass", "vulnerable");
    lines.put("SpeculationIndirectBranch", "always enabled");
    let mask = u64::MAX >> (64 - cpus.clamp(1, 64));
    lines.put("Cpus_allowed", format_args!("{mask:x}"));
    let list = if cpus > 1 { format!("0-{}", cpus - 1) } else { "0".to_owned() };
    lines.put("Cpus_allowed_list", list);
    let mut nodes = vec!["00000000"; NODE_WORDS];
    nodes[NODE_WORDS - 1] = "00000001";
    lines.put("Mems_allowed", nodes.join(","));
    lines.put("Mems_allowed_list", 0);
}
