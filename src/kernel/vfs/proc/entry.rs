//! What an entry of `/proc` is: directory, link or file, whose, with which mode and number.

use crate::abi::flags::{DT_DIR, DT_LNK, DT_REG, S_IFDIR, S_IFREG};
use crate::abi::layout::Stat;
use crate::base::ids::{Ino, Pid, Tid};
use crate::kernel::state::State;
use crate::kernel::vfs::permission;
use crate::trace::value::{MmField, Owner, ProcEntry, ProcFile};

/// The number of the first inode of `/proc` (`PROC_DYNAMIC_FIRST`).
pub(super) const FIRST_INODE: u64 = 0xf000_0000;

/// The process that an entry belongs to.
pub(super) const fn pid_of(entry: ProcEntry) -> Option<Pid> {
    match entry {
        ProcEntry::Root | ProcEntry::Sys | ProcEntry::SysKernel | ProcEntry::SysVm | ProcEntry::Global(_) => None,
        ProcEntry::Process(pid)
        | ProcEntry::File(pid, _)
        | ProcEntry::Tasks(pid)
        | ProcEntry::Task(pid, _)
        | ProcEntry::TaskFile(pid, ..)
        | ProcEntry::Fds(pid)
        | ProcEntry::Fd(pid, _) => Some(pid),
    }
}

/// Whether it is still there: its process, thread or descriptor is.
#[must_use]
pub fn exists(state: &State, entry: ProcEntry) -> bool {
    let process = |pid: Pid| state.processes.contains_key(&pid);
    match entry {
        ProcEntry::Root | ProcEntry::Sys | ProcEntry::SysKernel | ProcEntry::SysVm | ProcEntry::Global(_) => true,
        ProcEntry::Process(pid) | ProcEntry::File(pid, _) | ProcEntry::Tasks(pid) | ProcEntry::Fds(pid) => process(pid),
        ProcEntry::Task(pid, tid) | ProcEntry::TaskFile(pid, tid, _) => {
            state.tasks.get(&tid).is_some_and(|task| task.tgid == pid)
        }
        ProcEntry::Fd(..) => follow(state, entry).is_some(),
    }
}

/// Whether it holds entries.
#[must_use]
pub const fn is_directory(entry: ProcEntry) -> bool {
    match entry {
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_) => true,
        ProcEntry::Global(_) | ProcEntry::File(..) | ProcEntry::TaskFile(..) | ProcEntry::Fd(..) => false,
    }
}

/// Whether it is a link, to what [`follow`] answers.
#[must_use]
pub const fn is_link(entry: ProcEntry) -> bool {
    matches!(
        entry,
        ProcEntry::Fd(..)
            | ProcEntry::File(_, ProcFile::Exe | ProcFile::Cwd)
            | ProcEntry::TaskFile(_, _, ProcFile::Exe | ProcFile::Cwd)
    )
}

/// The inode that a link leads to; none if its process has let go of it.
#[must_use]
pub fn follow(state: &State, entry: ProcEntry) -> Option<Ino> {
    let of_task = |tid: Tid, file| {
        let task = state.tasks.get(&tid)?;
        match file {
            ProcFile::Exe => Some(Ino(state.mm(task.mm?).field(MmField::Exe) as u32)).filter(|&ino| ino != Ino(0)),
            ProcFile::Cwd => Some(state.fs(task.fs?).context.cwd),
            ProcFile::Status
            | ProcFile::Limits
            | ProcFile::Comm
            | ProcFile::Syscall
            | ProcFile::Cmdline
            | ProcFile::Stat
            | ProcFile::Statm
            | ProcFile::Maps
            | ProcFile::ClearRefs
            | ProcFile::Smaps
            | ProcFile::SmapsRollup
            | ProcFile::Pagemap
            | ProcFile::OomScore
            | ProcFile::OomScoreAdj
            | ProcFile::PageTable
            | ProcFile::Areas => None,
        }
    };
    match entry {
        ProcEntry::File(pid, file) => of_task(Tid(pid.0), file),
        ProcEntry::TaskFile(_, tid, file) => of_task(tid, file),
        ProcEntry::Fd(pid, fd) => {
            let files = state.tasks.get(&Tid(pid.0))?.files?;
            let descriptor = state.files(files).fds.get(fd)?;
            Some(state.file(descriptor.file).open.ino)
        }
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Global(_)
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_) => None,
    }
}

/// The directory that holds it; none for the root.
#[must_use]
pub const fn above(entry: ProcEntry) -> Option<ProcEntry> {
    match entry {
        ProcEntry::Root => None,
        ProcEntry::Sys | ProcEntry::Process(_) => Some(ProcEntry::Root),
        ProcEntry::SysKernel | ProcEntry::SysVm => Some(ProcEntry::Sys),
        ProcEntry::Global(file) => Some(file.directory()),
        ProcEntry::File(pid, _) | ProcEntry::Tasks(pid) | ProcEntry::Fds(pid) => Some(ProcEntry::Process(pid)),
        ProcEntry::Task(pid, _) => Some(ProcEntry::Tasks(pid)),
        ProcEntry::TaskFile(pid, tid, _) => Some(ProcEntry::Task(pid, tid)),
        ProcEntry::Fd(pid, _) => Some(ProcEntry::Fds(pid)),
    }
}

/// Its permission bits.
#[must_use]
pub const fn mode(entry: ProcEntry) -> u16 {
    match entry {
        ProcEntry::Fds(_) => 0o500,
        ProcEntry::Fd(..) => 0o700,
        ProcEntry::Global(file) => file.mode(),
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..) => 0o555,
        ProcEntry::File(_, file) | ProcEntry::TaskFile(_, _, file) => file.mode(),
    }
}

/// Whether it is a number below `/proc/sys`.
#[must_use]
pub fn is_sysctl(entry: ProcEntry) -> bool {
    matches!(entry, ProcEntry::Global(file) if file.directory() != ProcEntry::Root)
}

/// Whether only root and the user whose process it is may open it, whatever its mode says (`PTRACE_MODE_READ`).
#[must_use]
pub const fn needs_trust(entry: ProcEntry) -> bool {
    match entry {
        ProcEntry::File(_, file) | ProcEntry::TaskFile(_, _, file) => matches!(
            file,
            ProcFile::Maps
                | ProcFile::Smaps
                | ProcFile::SmapsRollup
                | ProcFile::Pagemap
                | ProcFile::PageTable
                | ProcFile::Areas
        ),
        ProcEntry::Root
        | ProcEntry::Sys
        | ProcEntry::SysKernel
        | ProcEntry::SysVm
        | ProcEntry::Global(_)
        | ProcEntry::Process(_)
        | ProcEntry::Tasks(_)
        | ProcEntry::Task(..)
        | ProcEntry::Fds(_)
        | ProcEntry::Fd(..) => false,
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
    let of = |id: u32, place: u64| FIRST_INODE + (u64::from(id) << 16) + place;
    match entry {
        ProcEntry::Root => 1,
        ProcEntry::Sys => of(0, 1),
        ProcEntry::SysKernel => of(0, 2),
        ProcEntry::SysVm => of(0, 3),
        ProcEntry::Global(file) => of(0, 0x10 + file as u64),
        ProcEntry::Process(pid) => of(pid.0, 0),
        ProcEntry::Tasks(pid) => of(pid.0, 1),
        ProcEntry::Fds(pid) => of(pid.0, 2),
        ProcEntry::Task(_, tid) => of(tid.0, 3),
        ProcEntry::File(pid, file) => of(pid.0, 0x10 + file as u64),
        ProcEntry::TaskFile(_, tid, file) => of(tid.0, 0x40 + file as u64),
        ProcEntry::Fd(pid, fd) => of(pid.0, 0x100 + u64::from(fd)),
    }
}

/// The type in a directory entry.
#[must_use]
pub const fn dirent_type(entry: ProcEntry) -> u8 {
    if is_directory(entry) {
        DT_DIR
    } else if is_link(entry) {
        DT_LNK
    } else {
        DT_REG
    }
}

/// What `stat(2)` tells of it.
#[must_use]
pub fn stat(state: &State, entry: ProcEntry, device: u64) -> Stat {
    let kind = if is_directory(entry) { S_IFDIR } else { S_IFREG };
    let threads = |pid: Pid| state.processes.get(&pid).map_or(0, |process| process.threads.len() as u64);
    let links = match entry {
        ProcEntry::Root => 4 + state.processes.len() as u64,
        ProcEntry::Process(_) => 4,
        ProcEntry::Tasks(pid) => 2 + threads(pid),
        ProcEntry::Sys => 4,
        ProcEntry::SysKernel | ProcEntry::SysVm | ProcEntry::Task(..) | ProcEntry::Fds(_) => 2,
        ProcEntry::Global(_) | ProcEntry::File(..) | ProcEntry::TaskFile(..) | ProcEntry::Fd(..) => 1,
    };
    let owner = owner(state, entry);
    Stat {
        dev: device,
        ino: number(entry),
        nlink: links,
        mode: kind | u32::from(mode(entry)),
        uid: owner.uid,
        gid: owner.gid,
        blksize: 1024,
        ..Stat::default()
    }
}
