//! `/proc`: directories and files that are made up from the state when they are read (`proc(5)`).
//!
//! Its numbers are those of the machine's own pid namespace, in which it is mounted, whoever reads it.

mod entry;
mod limits;
mod maps;
mod memory;
mod stat;
mod status;
mod tree;

use crate::abi::errno::Errno;
use crate::base::ids::{Pid, Tid};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::state::State;
use crate::kernel::task::pid::PID_MAX;
use crate::trace::value::{MmField, ProcEntry, ProcFile, Resume, TaskState};

pub use entry::{above, dirent_type, follow, is_directory, is_link, mode, number, owner, stat};
pub use tree::{child, list, own_text};

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
        ProcEntry::Meminfo => Ok(memory::meminfo(k).into_bytes()),
        ProcEntry::Uptime => Ok(uptime(k).into_bytes()),
        ProcEntry::PidMax => Ok(format!("{PID_MAX}\n").into_bytes()),
        ProcEntry::NsLastPid => Ok(format!("{}\n", k.state().pid_ns(k.current_ns()).last).into_bytes()),
        ProcEntry::File(pid, file) => Ok(of_task(k, Tid(pid.0), true, file)),
        ProcEntry::TaskFile(_, tid, file) => Ok(of_task(k, tid, false, file)),
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_) => Err(Errno::EISDIR),
        ProcEntry::Fd(..) => Ok(Vec::new()),
    }
}

/// A file of a thread, or of its whole process.
fn of_task(k: &Kernel, tid: Tid, whole: bool, file: ProcFile) -> Vec<u8> {
    let pid = k.state().task(tid).tgid;
    match file {
        ProcFile::Stat => stat::stat(k, tid, whole).into_bytes(),
        ProcFile::Status => status::status(k, tid).into_bytes(),
        ProcFile::Maps => maps::maps(k.state(), tid).into_bytes(),
        ProcFile::Cmdline => cmdline(k.state(), tid),
        ProcFile::Comm => format!("{}\n", k.state().task(tid).name()).into_bytes(),
        ProcFile::Syscall => call(k.state(), tid).into_bytes(),
        ProcFile::Limits => limits::limits(k.state(), pid).into_bytes(),
        ProcFile::Exe | ProcFile::Cwd => Vec::new(),
    }
}

/// Whether something can be written to it.
#[must_use]
pub const fn is_writable(entry: ProcEntry) -> bool {
    matches!(entry, ProcEntry::NsLastPid)
}

/// What is written to a file: to `ns_last_pid`, the number after which the writer's pid namespace gives out the next.
///
/// # Errors
/// EINVAL for what is no number from 0 to `pid_max`, or a file that takes none.
pub fn write(k: &mut Kernel, entry: ProcEntry, bytes: &[u8]) -> Result<(), Errno> {
    if !is_writable(entry) {
        return Err(Errno::EINVAL);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Errno::EINVAL)?;
    let last: u32 = text.trim().parse().map_err(|_| Errno::EINVAL)?;
    if last > PID_MAX {
        return Err(Errno::EINVAL);
    }
    let ns = k.current_ns();
    k.set_last_pid(ns, Pid(last));
    Ok(())
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
    let up = k.now().0;
    let busy = k.state().processes.keys().map(|&pid| {
        let accounting = k.accounting();
        let (own, waited) = (accounting.process(pid), accounting.children(pid));
        own.utime + own.stime + waited.utime + waited.stime
    });
    let idle = (up * u64::from(k.config.cpus)).saturating_sub(busy.sum());
    format!("{} {}\n", hundredths(up), hundredths(idle))
}

/// Nanoseconds as ticks.
const fn ticks(ns: Ns) -> u64 {
    ns.0 / TICK
}
