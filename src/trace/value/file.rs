//! Files: descriptors, inodes, pipes, the entries of `/proc`.

use crate::base::ids::{FileId, Frame, Ino, Pid, PipeId, Tid};

/// An entry of a table of descriptors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Descriptor {
    /// The open file description.
    pub file: FileId,
    /// Closed by exec (`FD_CLOEXEC`).
    pub cloexec: bool,
}

/// What an open file description is made of, but for its offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpenFile {
    /// The file.
    pub ino: Ino,
    /// Access mode and status flags of `open(2)`.
    pub flags: u32,
}

/// What an inode is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum InodeKind {
    /// A directory.
    Directory,
    /// A regular file whose pages come from the disk.
    Disk,
    /// A regular file that lives in memory only: tmpfs, and shared anonymous memory.
    Memory,
    /// The console, `/dev/console` and `/dev/tty`.
    Console,
    /// `/dev/null`.
    Null,
    /// `/dev/zero`.
    Zero,
    /// A pipe.
    Pipe(PipeId),
    /// A directory or file of `/proc`, made up when it is read.
    Proc(ProcEntry),
}

/// Which entry of `/proc` it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProcEntry {
    /// `/proc` itself.
    Root,
    /// `/proc/meminfo`.
    Meminfo,
    /// `/proc/uptime`.
    Uptime,
    /// `/proc/sys`.
    Sys,
    /// `/proc/sys/kernel`.
    SysKernel,
    /// `/proc/sys/kernel/pid_max`.
    PidMax,
    /// `/proc/sys/kernel/ns_last_pid`.
    NsLastPid,
    /// `/proc/PID`.
    Process(Pid),
    /// A file of `/proc/PID`.
    File(Pid, ProcFile),
    /// `/proc/PID/task`.
    Tasks(Pid),
    /// `/proc/PID/task/TID`.
    Task(Pid, Tid),
    /// A file of `/proc/PID/task/TID`.
    TaskFile(Pid, Tid, ProcFile),
    /// `/proc/PID/fd`.
    Fds(Pid),
    /// `/proc/PID/fd/N`.
    Fd(Pid, u32),
}

impl ProcEntry {
    /// Its absolute path.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Root => "/proc".to_owned(),
            Self::Meminfo => "/proc/meminfo".to_owned(),
            Self::Uptime => "/proc/uptime".to_owned(),
            Self::Sys => "/proc/sys".to_owned(),
            Self::SysKernel => "/proc/sys/kernel".to_owned(),
            Self::PidMax => "/proc/sys/kernel/pid_max".to_owned(),
            Self::NsLastPid => "/proc/sys/kernel/ns_last_pid".to_owned(),
            Self::Process(pid) => format!("/proc/{pid}"),
            Self::File(pid, file) => format!("/proc/{pid}/{}", file.name()),
            Self::Tasks(pid) => format!("/proc/{pid}/task"),
            Self::Task(pid, tid) => format!("/proc/{pid}/task/{tid}"),
            Self::TaskFile(pid, tid, file) => format!("/proc/{pid}/task/{tid}/{}", file.name()),
            Self::Fds(pid) => format!("/proc/{pid}/fd"),
            Self::Fd(pid, fd) => format!("/proc/{pid}/fd/{fd}"),
        }
    }
}

/// A file that each process has in `/proc`, and some that each of its threads has, too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum ProcFile {
    /// All of it on one line.
    Stat,
    /// The same for people to read.
    Status,
    /// Areas of memory.
    Maps,
    /// Arguments.
    Cmdline,
    /// Name.
    Comm,
    /// The call that it sleeps in.
    Syscall,
    /// Limits.
    Limits,
    /// Link to the program.
    Exe,
    /// Link to the working directory.
    Cwd,
}

impl ProcFile {
    /// All, in the order of a listing.
    pub const ALL: [Self; 9] = [
        Self::Status,
        Self::Limits,
        Self::Comm,
        Self::Syscall,
        Self::Cmdline,
        Self::Stat,
        Self::Maps,
        Self::Cwd,
        Self::Exe,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stat => "stat",
            Self::Status => "status",
            Self::Maps => "maps",
            Self::Cmdline => "cmdline",
            Self::Comm => "comm",
            Self::Syscall => "syscall",
            Self::Limits => "limits",
            Self::Exe => "exe",
            Self::Cwd => "cwd",
        }
    }
}

/// An inode's fixed part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Inode {
    /// What it is.
    pub kind: InodeKind,
    /// Permission bits.
    pub mode: u16,
}

/// Whose a file is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Owner {
    /// The user.
    pub uid: u32,
    /// The group of users.
    pub gid: u32,
}

/// One page slot of a pipe (`struct pipe_buffer`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PipeSlot {
    /// The frame that holds the bytes.
    pub frame: Frame,
    /// First byte not yet read.
    pub offset: u16,
    /// Bytes not yet read.
    pub len: u16,
}

/// Working directory and umask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FsContext {
    /// Working directory.
    pub cwd: Ino,
    /// File mode creation mask.
    pub umask: u16,
}
