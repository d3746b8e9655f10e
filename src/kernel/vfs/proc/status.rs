//! `/proc/PID/status`: the same for people to read (`proc_pid_status(5)`, `fs/proc/array.c`, `fs/proc/task_mmu.c`).

use std::fmt::Write as _;

use crate::base::ids::{Pid, Tid};
use crate::base::units::PAGE_SIZE;
use crate::kernel::core::Kernel;
use crate::kernel::state::{MmState, State};
use crate::kernel::vfs::proc::stat::actions;
use crate::trace::value::{MmField, SignalSet, TaskState, VmaFlags};

/// All capabilities: the user is root.
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
pub fn status(k: &Kernel, pid: Pid) -> String {
    let state = k.state();
    let mut lines = Lines(String::new());
    identity(&mut lines, state, pid);
    if let Some(mm) = state.task(Tid(pid.0)).mm {
        memory(&mut lines, state.mm(mm));
    }
    signals(&mut lines, k, pid);
    rights(&mut lines, u32::from(k.config.cpus));
    let counters = k.accounting().task(Tid(pid.0));
    lines.put("voluntary_ctxt_switches", counters.nvcsw);
    lines.put("nonvoluntary_ctxt_switches", counters.nivcsw);
    lines.0
}

fn identity(lines: &mut Lines, state: &State, pid: Pid) {
    let (task, process) = (state.task(Tid(pid.0)), state.process(pid));
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
    lines.put("Pid", pid);
    lines.put("PPid", process.parent);
    lines.put("TracerPid", 0);
    lines.put("Uid", "0\t0\t0\t0");
    lines.put("Gid", "0\t0\t0\t0");
    lines.put("FDSize", task.files.map_or(0, |files| table_size(state, files)));
    lines.put("Groups", " ");
    lines.put("NStgid", pid);
    lines.put("NSpid", pid);
    lines.put("NSpgid", process.group);
    lines.put("NSsid", process.session);
    lines.put("Kthread", 0);
}

/// For how many descriptors Linux has room: 64, or a power of 2 times 128 (`alloc_fdtable` in `fs/file.c`).
fn table_size(state: &State, files: crate::base::ids::FilesId) -> u32 {
    let highest = state.files(files).fds.iter().last().map_or(0, |(fd, _)| fd);
    if highest < 64 { 64 } else { (highest / 128 + 1).next_power_of_two() * 128 }
}

/// The lines of the address space.
// Linux: VmPeak and VmHWM are the most that there ever was. Here: what there is, because no peak is kept.
fn memory(lines: &mut Lines, mm: &MmState) {
    let pages = |wanted: fn(VmaFlags) -> bool| {
        let areas = mm.vmas.values().filter(|vma| wanted(vma.flags));
        areas.map(|vma| u64::from(vma.pages)).sum::<u64>() * PAGE_SIZE
    };
    let size = mm.total_pages * PAGE_SIZE;
    let stack = pages(|flags| flags.contains(VmaFlags::GROWSDOWN));
    let data =
        pages(|flags| flags.contains(VmaFlags::WRITE) && !flags.intersects(VmaFlags::SHARED | VmaFlags::GROWSDOWN));
    let executable = pages(|flags| flags.contains(VmaFlags::EXEC) && !flags.intersects(VmaFlags::WRITE));
    let (start, end) = (mm.field(MmField::StartCode), mm.field(MmField::EndCode));
    let text = (end.next_multiple_of(PAGE_SIZE) - start / PAGE_SIZE * PAGE_SIZE).min(executable);
    lines.kib("VmPeak", size);
    lines.kib("VmSize", size);
    lines.kib("VmLck", 0);
    lines.kib("VmPin", 0);
    lines.kib("VmHWM", mm.rss() * PAGE_SIZE);
    lines.kib("VmRSS", mm.rss() * PAGE_SIZE);
    lines.kib("RssAnon", mm.rss_anon * PAGE_SIZE);
    lines.kib("RssFile", mm.rss_file * PAGE_SIZE);
    lines.kib("RssShmem", mm.rss_shmem * PAGE_SIZE);
    lines.kib("VmData", data);
    lines.kib("VmStk", stack);
    lines.kib("VmExe", text);
    lines.kib("VmLib", executable - text);
    // The top table is not among those that Linux counts.
    lines.kib("VmPTE", u64::from(mm.tables.saturating_sub(1)) * PAGE_SIZE);
    lines.kib("VmSwap", 0);
    lines.kib("HugetlbPages", 0);
    lines.put("CoreDumping", 0);
    lines.put("THP_enabled", 0);
    lines.put("untag_mask", "0xffffffffffffffff");
}

fn signals(lines: &mut Lines, k: &Kernel, pid: Pid) {
    let state = k.state();
    let (task, process) = (state.task(Tid(pid.0)), state.process(pid));
    let count = |set: SignalSet| set.0.count_ones();
    let threads = process.threads.iter().map(|&tid| count(state.task(tid).pending)).sum::<u32>();
    lines.put("Threads", process.threads.len());
    lines.put("SigQ", format_args!("{}/{}", count(process.pending) + threads, k.config.max_tasks));
    lines.mask("SigPnd", task.pending.0);
    lines.mask("ShdPnd", process.pending.0);
    lines.mask("SigBlk", task.mask.0);
    let (ignored, caught) = actions(state, pid);
    lines.mask("SigIgn", ignored.0);
    lines.mask("SigCgt", caught.0);
}

fn rights(lines: &mut Lines, cpus: u32) {
    lines.mask("CapInh", 0);
    lines.mask("CapPrm", ALL_CAPABILITIES);
    lines.mask("CapEff", ALL_CAPABILITIES);
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
