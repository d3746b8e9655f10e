//! `/proc`: directories and files that are made up from the state when they are read (`proc(5)`).
//!
//! Its numbers are those of the machine's own pid namespace, in which it is mounted, whoever reads it.

mod entry;
mod limits;
mod maps;
mod memory;
mod set;
mod smaps;
mod stat;
mod status;
mod swaps;
mod tree;
mod vmstat;
mod whole;
mod words;

use crate::abi::errno::Errno;
use crate::base::ids::Tid;
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::mm::{self, badness};
use crate::kernel::state::State;
use crate::kernel::task::pid::PID_MAX;
use crate::kernel::view;
use crate::trace::value::{GlobalFile, MmField, ProcEntry, ProcFile, Resume, Sysctl, TaskState};

pub use entry::{
    above, dirent_type, exists, follow, is_directory, is_link, is_sysctl, mode, needs_trust, number, owner, stat,
};
pub use maps::{name as area_name, rights as area_rights};
pub use set::{is_writable, write};
pub use tree::{child, list, own_text};
pub use words::{WORD, is_words, words};

/// Nanoseconds of a tick in which `/proc` counts time: a hundredth of a second (`USER_HZ`).
const TICK: u64 = 10_000_000;
/// Bytes of arguments that `cmdline` shows at most.
const MOST_ARGUMENTS: u64 = 1 << 20;

/// The whole content of a file.
///
/// # Errors
/// ESRCH if its process or thread is gone, EISDIR for a directory.
pub fn content(k: &Kernel, entry: ProcEntry) -> Result<Vec<u8>, Errno> {
    if !entry::exists(k.state(), entry) {
        return Err(Errno::ESRCH);
    }
    match entry {
        ProcEntry::Global(file) => Ok(of_machine(k, file).into_bytes()),
        ProcEntry::File(pid, file) => Ok(of_task(k, Tid(pid.0), true, file)),
        ProcEntry::TaskFile(_, tid, file) => Ok(of_task(k, tid, false, file)),
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_) => Err(Errno::EISDIR),
        ProcEntry::Fd(..) => Ok(Vec::new()),
    }
}

/// A file of no process; nothing for those that are read by words.
fn of_machine(k: &Kernel, file: GlobalFile) -> String {
    let sysctl = |sysctl| format!("{}\n", k.state().sysctl(sysctl));
    match file {
        GlobalFile::Stat => whole::stat(k),
        GlobalFile::Swap => view::swap::slots(k.state(), &k.config),
        GlobalFile::Swaps => swaps::swaps(k),
        GlobalFile::Frames => view::frames::frames(k.state(), &k.config),
        GlobalFile::Uptime => uptime(k),
        GlobalFile::Vmstat => vmstat::vmstat(k),
        GlobalFile::Meminfo => memory::meminfo(k),
        GlobalFile::PidMax => format!("{PID_MAX}\n"),
        GlobalFile::NsLastPid => format!("{}\n", k.state().pid_ns(k.current_ns()).last),
        GlobalFile::OvercommitMemory => sysctl(Sysctl::OvercommitMemory),
        GlobalFile::OvercommitRatio => sysctl(Sysctl::OvercommitRatio),
        GlobalFile::PageCluster => sysctl(Sysctl::PageCluster),
        GlobalFile::Swappiness => sysctl(Sysctl::Swappiness),
        GlobalFile::DropCaches | GlobalFile::Kpagecount | GlobalFile::Kpageflags => String::new(),
    }
}

/// A file of a thread, or of its whole process; nothing for those that are read by words.
fn of_task(k: &Kernel, tid: Tid, whole: bool, file: ProcFile) -> Vec<u8> {
    let state = k.state();
    let task = state.task(tid);
    let text = match file {
        ProcFile::Stat => stat::stat(k, tid, whole),
        ProcFile::Status => status::status(k, tid),
        ProcFile::Statm => status::statm(state, tid),
        ProcFile::Maps => maps::maps(state, tid),
        ProcFile::Smaps => smaps::smaps(state, tid),
        ProcFile::SmapsRollup => smaps::rollup(state, tid),
        ProcFile::Cmdline => return cmdline(state, tid),
        ProcFile::Comm => format!("{}\n", task.name()),
        ProcFile::Syscall => call(state, tid),
        ProcFile::Limits => limits::limits(state, task.tgid),
        ProcFile::OomScore => format!("{}\n", badness::score(state, &k.config, task.tgid)),
        ProcFile::OomScoreAdj => format!("{}\n", state.process(task.tgid).oom_score_adj),
        ProcFile::PageTable => task.mm.map(|mm| view::page_table::page_tables(state, mm)).unwrap_or_default(),
        ProcFile::Areas => task.mm.map(|mm| view::areas::areas(state, mm)).unwrap_or_default(),
        ProcFile::Exe | ProcFile::Cwd | ProcFile::ClearRefs | ProcFile::Pagemap => String::new(),
    };
    text.into_bytes()
}

/// The call that a task sleeps in: number, arguments, stack pointer and instruction (`proc_pid_syscall(5)`).
fn call(state: &State, tid: Tid) -> String {
    let task = state.task(tid);
    let (sp, pc) = (task.position.sp, task.position.pc);
    match task.state {
        TaskState::New | TaskState::Runnable(_) | TaskState::Running(_) => "running\n".to_owned(),
        TaskState::Zombie | TaskState::Dead => "-1 0x0 0x0\n".to_owned(),
        TaskState::Sleeping | TaskState::Uninterruptible | TaskState::Stopped if task.resume == Resume::Syscall => {
            let arguments: Vec<String> = task.call[1..].iter().map(|word| format!("{word:#x}")).collect();
            format!("{} {} {sp:#x} {pc:#x}\n", task.call[0], arguments.join(" "))
        }
        TaskState::Sleeping | TaskState::Uninterruptible | TaskState::Stopped => format!("-1 {sp:#x} {pc:#x}\n"),
    }
}

/// The arguments, each with a NUL behind it, as they lie in the process's memory now; nothing for a zombie.
fn cmdline(state: &State, tid: Tid) -> Vec<u8> {
    let Some(mm) = state.task(tid).mm else { return Vec::new() };
    let space = state.mm(mm);
    let (start, end) = (space.field(MmField::ArgStart), space.field(MmField::ArgEnd));
    let mut bytes = vec![0; end.saturating_sub(start).min(MOST_ARGUMENTS) as usize];
    let there = mm::remote_read(state, mm, start, &mut bytes);
    bytes.truncate(there);
    bytes
}

/// Seconds since the machine was switched on, and those that its processors idled.
fn uptime(k: &Kernel) -> String {
    let hundredths = |ns: u64| format!("{}.{:02}", ns / 1_000_000_000, ns / TICK % 100);
    format!("{} {}\n", hundredths(k.now().0), hundredths(idle(k)))
}

/// Nanoseconds that the processors had nobody to work for.
fn idle(k: &Kernel) -> u64 {
    let busy = k.accounting().machine();
    (k.now().0 * u64::from(k.config.cpus)).saturating_sub(busy.utime + busy.stime)
}

/// Nanoseconds as ticks.
const fn ticks(ns: Ns) -> u64 {
    ns.0 / TICK
}
