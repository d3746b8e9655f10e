//! `/proc`: directories and files that are made up from the state when they are read (`proc(5)`).

mod maps;
mod memory;
mod stat;
mod status;

use crate::abi::errno::Errno;
use crate::abi::flags::{DT_DIR, DT_LNK, DT_REG, S_IFDIR, S_IFREG};
use crate::abi::layout::Stat;
use crate::base::ids::{Pid, Tid};
use crate::base::units::Ns;
use crate::kernel::core::Kernel;
use crate::kernel::mm;
use crate::kernel::state::State;
use crate::kernel::vfs::directory::{self, Listed};
use crate::kernel::vfs::permission;
use crate::trace::value::{MmField, Owner, ProcEntry};

/// Nanoseconds of a tick in which `/proc` counts time: a hundredth of a second (`USER_HZ`).
const TICK: u64 = 10_000_000;

/// The number of the first inode of `/proc` (`PROC_DYNAMIC_FIRST`).
const FIRST_INODE: u64 = 0xf000_0000;
/// Where the processes begin in a listing of `/proc` (`FIRST_PROCESS_ENTRY`).
const FIRST_PROCESS: u64 = 256;
/// Bytes of arguments that `cmdline` shows at most.
const MOST_ARGUMENTS: u64 = 1 << 20;

/// The files of `/proc` that belong to no process, in the order of a listing.
const GENERAL: [(&[u8], ProcEntry); 2] = [(b"uptime", ProcEntry::Uptime), (b"meminfo", ProcEntry::Meminfo)];

/// A file that each process has.
type FileOfProcess = (&'static [u8], fn(Pid) -> ProcEntry);

/// The files of a process, in the order of a listing.
const OF_PROCESS: [FileOfProcess; 5] = [
    (b"status", ProcEntry::Status),
    (b"comm", ProcEntry::Comm),
    (b"cmdline", ProcEntry::Cmdline),
    (b"stat", ProcEntry::Stat),
    (b"maps", ProcEntry::Maps),
];

/// The process that an entry belongs to.
const fn pid_of(entry: ProcEntry) -> Option<Pid> {
    match entry {
        ProcEntry::Root | ProcEntry::Meminfo | ProcEntry::Uptime => None,
        ProcEntry::Process(pid)
        | ProcEntry::Stat(pid)
        | ProcEntry::Status(pid)
        | ProcEntry::Maps(pid)
        | ProcEntry::Cmdline(pid)
        | ProcEntry::Comm(pid) => Some(pid),
    }
}

/// Whether an entry is a directory.
#[must_use]
pub const fn is_directory(entry: ProcEntry) -> bool {
    matches!(entry, ProcEntry::Root | ProcEntry::Process(_))
}

/// Its permission bits.
#[must_use]
pub const fn mode(entry: ProcEntry) -> u16 {
    match entry {
        ProcEntry::Root | ProcEntry::Process(_) => 0o555,
        ProcEntry::Comm(_) => 0o644,
        ProcEntry::Stat(_)
        | ProcEntry::Status(_)
        | ProcEntry::Maps(_)
        | ProcEntry::Cmdline(_)
        | ProcEntry::Meminfo
        | ProcEntry::Uptime => 0o444,
    }
}

/// Whose it is: the user's whose process it belongs to.
#[must_use]
pub fn owner(state: &State, entry: ProcEntry) -> Owner {
    pid_of(entry).map_or(Owner::default(), |pid| permission::user(state, pid))
}

/// The number of its inode as `stat(2)` and `getdents64(2)` tell it, whether it exists as an inode or not.
#[must_use]
pub fn number(entry: ProcEntry) -> u64 {
    let (pid, place) = match entry {
        ProcEntry::Root => return 1,
        ProcEntry::Meminfo => (Pid(0), 1),
        ProcEntry::Uptime => (Pid(0), 2),
        ProcEntry::Process(pid) => (pid, 0),
        ProcEntry::Stat(pid) => (pid, 1),
        ProcEntry::Status(pid) => (pid, 2),
        ProcEntry::Maps(pid) => (pid, 3),
        ProcEntry::Cmdline(pid) => (pid, 4),
        ProcEntry::Comm(pid) => (pid, 5),
    };
    FIRST_INODE + u64::from(pid.0) * 8 + place
}

/// Its absolute path.
#[must_use]
pub fn path(entry: ProcEntry) -> String {
    match entry {
        ProcEntry::Root => "/proc".to_owned(),
        ProcEntry::Meminfo => "/proc/meminfo".to_owned(),
        ProcEntry::Uptime => "/proc/uptime".to_owned(),
        ProcEntry::Process(pid) => format!("/proc/{pid}"),
        ProcEntry::Stat(pid) => format!("/proc/{pid}/stat"),
        ProcEntry::Status(pid) => format!("/proc/{pid}/status"),
        ProcEntry::Maps(pid) => format!("/proc/{pid}/maps"),
        ProcEntry::Cmdline(pid) => format!("/proc/{pid}/cmdline"),
        ProcEntry::Comm(pid) => format!("/proc/{pid}/comm"),
    }
}

/// What `stat(2)` tells of it.
#[must_use]
pub fn stat(state: &State, entry: ProcEntry, device: u64) -> Stat {
    let kind = if is_directory(entry) { S_IFDIR } else { S_IFREG };
    let links = match entry {
        ProcEntry::Root => 2 + state.processes.len() as u64,
        ProcEntry::Process(_) => 2,
        ProcEntry::Stat(_)
        | ProcEntry::Status(_)
        | ProcEntry::Maps(_)
        | ProcEntry::Cmdline(_)
        | ProcEntry::Comm(_)
        | ProcEntry::Meminfo
        | ProcEntry::Uptime => 1,
    };
    let owner = owner(state, entry);
    Stat {
        dev: device,
        ino: number(entry),
        uid: owner.uid,
        gid: owner.gid,
        nlink: links,
        mode: kind | u32::from(mode(entry)),
        blksize: 1024,
        ..Stat::default()
    }
}

/// The entry of a name in a directory of `/proc`; `me` is the process that `self` stands for.
#[must_use]
pub fn child(state: &State, me: Pid, directory: ProcEntry, name: &[u8]) -> Option<ProcEntry> {
    let pid = match directory {
        ProcEntry::Root => {
            let general = GENERAL.iter().find(|file| file.0 == name).map(|file| file.1);
            return general.or_else(|| process(state, me, name).map(ProcEntry::Process));
        }
        ProcEntry::Process(pid) => pid,
        ProcEntry::Stat(_)
        | ProcEntry::Status(_)
        | ProcEntry::Maps(_)
        | ProcEntry::Cmdline(_)
        | ProcEntry::Comm(_)
        | ProcEntry::Meminfo
        | ProcEntry::Uptime => return None,
    };
    let file = OF_PROCESS.iter().find(|file| file.0 == name)?;
    state.processes.contains_key(&pid).then(|| file.1(pid))
}

/// The process of a name: `self`, or digits without a leading zero.
fn process(state: &State, me: Pid, name: &[u8]) -> Option<Pid> {
    if name == b"self" {
        return Some(me);
    }
    let digits = name.iter().all(u8::is_ascii_digit) && name.first() != Some(&b'0');
    let number = std::str::from_utf8(name).ok().filter(|_| digits)?;
    let pid = Pid(number.parse().ok()?);
    state.processes.contains_key(&pid).then_some(pid)
}

/// The entries of a directory of `/proc` from a position on: processes come last, in rising order.
#[must_use]
pub fn list(state: &State, entry: ProcEntry, from: u64) -> Vec<Listed> {
    let position = |index: usize| directory::FIRST + index as u64 + 1;
    let listed = |entry: ProcEntry, name: &[u8], next: u64| {
        let kind = if is_directory(entry) { DT_DIR } else { DT_REG };
        Listed { ino: number(entry), next, kind, name: name.to_vec() }
    };
    let mut entries: Vec<Listed> = Vec::new();
    match pid_of(entry) {
        Some(pid) => {
            entries.extend(directory::dots(number(entry), number(ProcEntry::Root), from));
            if state.processes.contains_key(&pid) {
                let files = OF_PROCESS.iter().enumerate();
                entries.extend(files.map(|(index, file)| listed(file.1(pid), file.0, position(index))));
            }
        }
        None => {
            entries.extend(directory::dots(number(entry), u64::from(super::inode::ROOT.0), from));
            entries.extend(GENERAL.iter().enumerate().map(|(index, file)| listed(file.1, file.0, position(index))));
            let own = Listed { ino: FIRST_INODE, next: FIRST_PROCESS + 1, kind: DT_LNK, name: b"self".to_vec() };
            entries.push(own);
            entries.extend(state.processes.keys().map(|&pid| {
                let next = FIRST_PROCESS + 1 + u64::from(pid.0);
                listed(ProcEntry::Process(pid), pid.to_string().as_bytes(), next)
            }));
        }
    }
    entries.retain(|entry| entry.next > from);
    entries
}

/// The whole content of a file.
///
/// # Errors
/// ESRCH if its process is gone, EISDIR for a directory.
pub fn content(k: &Kernel, entry: ProcEntry) -> Result<Vec<u8>, Errno> {
    if let Some(pid) = pid_of(entry)
        && !k.state().processes.contains_key(&pid)
    {
        return Err(Errno::ESRCH);
    }
    Ok(match entry {
        ProcEntry::Root | ProcEntry::Process(_) => return Err(Errno::EISDIR),
        ProcEntry::Stat(pid) => stat::stat(k, pid).into_bytes(),
        ProcEntry::Status(pid) => status::status(k, pid).into_bytes(),
        ProcEntry::Maps(pid) => maps::maps(k.state(), pid).into_bytes(),
        ProcEntry::Cmdline(pid) => cmdline(k.state(), pid),
        ProcEntry::Comm(pid) => format!("{}\n", k.state().task(Tid(pid.0)).name()).into_bytes(),
        ProcEntry::Meminfo => memory::meminfo(k).into_bytes(),
        ProcEntry::Uptime => uptime(k).into_bytes(),
    })
}

/// The arguments, each with a NUL behind it, as they lie in the process's memory now; nothing for a zombie.
fn cmdline(state: &State, pid: Pid) -> Vec<u8> {
    let Some(mm) = state.task(Tid(pid.0)).mm else { return Vec::new() };
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
