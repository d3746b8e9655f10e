//! Names in `/proc`: what a name in a directory leads to, and which there are.

use crate::abi::flags::DT_LNK;
use crate::base::ids::{Pid, Tid};
use crate::kernel::mm::reclaim::kswapd;
use crate::kernel::state::State;
use crate::kernel::vfs::directory::{self, Listed};
use crate::kernel::vfs::inode;
use crate::kernel::vfs::proc::entry::{self, FIRST_INODE, above, dirent_type, number};
use crate::trace::value::{GlobalFile, ProcEntry, ProcFile};

/// Where the processes begin in a listing of `/proc` (`FIRST_PROCESS_ENTRY`).
const FIRST_PROCESS: u64 = 256;

/// The links to the directory of who looks.
const OWN: [&[u8]; 2] = [b"self", b"thread-self"];
/// The entries of a directory that belong to no process, in the order of a listing: by the length of their names, then by
/// the names, as the tree of `/proc` has them (`proc_match` in `fs/proc/generic.c`); those below `/proc/sys` by name.
fn global(directory: ProcEntry) -> Vec<(&'static str, ProcEntry)> {
    let folders: &[(&str, ProcEntry)] = match directory {
        ProcEntry::Root => &[("sys", ProcEntry::Sys)],
        ProcEntry::Sys => &[("kernel", ProcEntry::SysKernel), ("vm", ProcEntry::SysVm)],
        ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Global(_)
        | ProcEntry::Process(_)
        | ProcEntry::File(..)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::TaskFile(..)
        | ProcEntry::Fds(_)
        | ProcEntry::Fd(..) => &[],
    };
    let files = GlobalFile::ALL.iter().filter(|file| file.directory() == directory);
    folders.iter().copied().chain(files.map(|&file| (file.name(), ProcEntry::Global(file)))).collect()
}

/// The file of this name.
fn file(name: &[u8]) -> Option<ProcFile> {
    ProcFile::ALL.iter().copied().find(|file| file.name().as_bytes() == name)
}

/// The number that a name is: digits without a leading zero.
fn digits(name: &[u8]) -> Option<u32> {
    let digits = name.iter().all(u8::is_ascii_digit) && (name.len() == 1 || name.first() != Some(&b'0'));
    std::str::from_utf8(name).ok().filter(|_| digits)?.parse().ok()
}

fn named(directory: ProcEntry, name: &[u8]) -> Option<ProcEntry> {
    global(directory).into_iter().find(|entry| entry.0.as_bytes() == name).map(|entry| entry.1)
}

/// The entry of a name in a directory of `/proc`; `me` is the task that `self` stands for.
#[must_use]
pub fn child(state: &State, me: Tid, directory: ProcEntry, name: &[u8]) -> Option<ProcEntry> {
    let found = match directory {
        ProcEntry::Root => named(directory, name).or_else(|| own(state, me, name)).or_else(|| {
            let pid = Pid(digits(name)?);
            Some(ProcEntry::Process(pid))
        }),
        ProcEntry::Sys | ProcEntry::SysKernel | ProcEntry::SysVm => named(directory, name),
        ProcEntry::Process(pid) => match name {
            b"task" => Some(ProcEntry::Tasks(pid)),
            b"fd" => Some(ProcEntry::Fds(pid)),
            _ => file(name).map(|file| ProcEntry::File(pid, file)),
        },
        ProcEntry::Tasks(pid) => digits(name).map(|tid| ProcEntry::Task(pid, Tid(tid))),
        ProcEntry::Task(pid, tid) => file(name).map(|file| ProcEntry::TaskFile(pid, tid, file)),
        ProcEntry::Fds(pid) => digits(name).map(|fd| ProcEntry::Fd(pid, fd)),
        ProcEntry::Global(_) | ProcEntry::File(..) | ProcEntry::TaskFile(..) | ProcEntry::Fd(..) => None,
    };
    found.filter(|&entry| entry::exists(state, entry) && entry::exists(state, directory))
}

/// `self` and `thread-self`.
fn own(state: &State, me: Tid, name: &[u8]) -> Option<ProcEntry> {
    let pid = state.tasks.get(&me)?.tgid;
    match name {
        b"self" => Some(ProcEntry::Process(pid)),
        b"thread-self" => Some(ProcEntry::Task(pid, me)),
        _ => None,
    }
}

/// What `self` and `thread-self` say as links.
#[must_use]
pub fn own_text(state: &State, me: Tid, name: &[u8]) -> Option<String> {
    let path = own(state, me, name)?.path();
    path.strip_prefix("/proc/").map(str::to_owned)
}

/// The entries of a directory of `/proc` from a position on: what has a number comes last, in rising order.
#[must_use]
pub fn list(state: &State, directory: ProcEntry, from: u64) -> Vec<Listed> {
    let outside = u64::from(inode::ROOT.0);
    let mut entries = directory::dots(number(directory), above(directory).map_or(outside, number), from);
    if entry::exists(state, directory) {
        let listed = |(name, entry, next): (String, ProcEntry, u64)| Listed {
            ino: number(entry),
            next,
            kind: dirent_type(entry),
            name: name.into_bytes(),
        };
        entries.extend(inside(state, directory).into_iter().map(listed));
        if directory == ProcEntry::Root {
            let links = OWN.iter().zip(FIRST_PROCESS - 1..);
            let link =
                |(name, at): (&&[u8], u64)| Listed { ino: FIRST_INODE, next: at, kind: DT_LNK, name: name.to_vec() };
            entries.extend(links.map(link));
        }
    }
    entries.retain(|entry| entry.next > from);
    entries.sort_by_key(|entry| entry.next);
    entries
}

/// Names, entries and the positions behind them.
fn inside(state: &State, directory: ProcEntry) -> Vec<(String, ProcEntry, u64)> {
    let position = |index: usize| directory::FIRST + index as u64 + 1;
    let fixed = |entries: Vec<(&'static str, ProcEntry)>| -> Vec<(String, ProcEntry, u64)> {
        let numbered = entries.into_iter().enumerate();
        numbered.map(|(index, (name, entry))| (name.to_owned(), entry, position(index))).collect()
    };
    let files = |make: &dyn Fn(ProcFile) -> ProcEntry, first: usize| -> Vec<(String, ProcEntry, u64)> {
        let numbered = ProcFile::ALL.iter().copied().enumerate();
        numbered.map(|(index, file)| (file.name().to_owned(), make(file), position(first + index))).collect()
    };
    match directory {
        ProcEntry::Root => {
            let pids = state.processes.keys().filter(|&&pid| !kswapd::is_kernel_thread(Tid(pid.0)));
            let behind = |pid: &Pid| FIRST_PROCESS + 1 + u64::from(pid.0);
            let processes = pids.map(|&pid| (pid.to_string(), ProcEntry::Process(pid), behind(&pid)));
            fixed(global(directory)).into_iter().chain(processes).collect()
        }
        ProcEntry::Sys | ProcEntry::SysKernel | ProcEntry::SysVm => fixed(global(directory)),
        ProcEntry::Process(pid) => {
            let mut entries = fixed(vec![("task", ProcEntry::Tasks(pid)), ("fd", ProcEntry::Fds(pid))]);
            entries.extend(files(&|file| ProcEntry::File(pid, file), entries.len()));
            entries
        }
        ProcEntry::Task(pid, tid) => files(&|file| ProcEntry::TaskFile(pid, tid, file), 0),
        ProcEntry::Tasks(pid) => {
            let mut threads = state.process(pid).threads.clone();
            threads.sort_unstable();
            let behind = |tid: Tid| directory::FIRST + 1 + u64::from(tid.0);
            threads.into_iter().map(|tid| (tid.to_string(), ProcEntry::Task(pid, tid), behind(tid))).collect()
        }
        ProcEntry::Fds(pid) => {
            let Some(files) = state.task(Tid(pid.0)).files else { return Vec::new() };
            let fds = state.files(files).fds.iter().map(|(fd, _)| fd);
            fds.map(|fd| (fd.to_string(), ProcEntry::Fd(pid, fd), directory::FIRST + 1 + u64::from(fd))).collect()
        }
        ProcEntry::Global(_) | ProcEntry::File(..) | ProcEntry::TaskFile(..) | ProcEntry::Fd(..) => Vec::new(),
    }
}
