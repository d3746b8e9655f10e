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
    /// `/proc/sys`.
    Sys,
    /// `/proc/sys/kernel`.
    SysKernel,
    /// `/proc/sys/vm`.
    SysVm,
    /// A file that belongs to no process.
    Global(GlobalFile),
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
            Self::Sys => "/proc/sys".to_owned(),
            Self::SysKernel => "/proc/sys/kernel".to_owned(),
            Self::SysVm => "/proc/sys/vm".to_owned(),
            Self::Global(file) => format!("{}/{}", file.directory().path(), file.name()),
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

/// Declares the files of `/proc` of a sort: variant, name, mode, sentence; in the order of a listing.
macro_rules! proc_files {
    ($(#[$doc:meta])* $sort:ident { $($file:ident = $name:literal, $mode:literal, $sentence:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum $sort {
            $(#[doc = $sentence] $file,)*
        }

        impl $sort {
            /// All, in the order of a listing.
            pub const ALL: &[Self] = &[$(Self::$file,)*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$file => $name,)*
                }
            }

            /// Its permission bits.
            #[must_use]
            pub const fn mode(self) -> u16 {
                match self {
                    $(Self::$file => $mode,)*
                }
            }
        }
    };
}

// Linux: root may write pid_max. Here: pid_max is fixed, because it is what ring3 is built for.
// Linux: frames and slots of the swap device are seen one by one only, in kpageflags and its kin. Here: /proc/frames and
// /proc/swap draw all of them, because to show them is what ring3 is for.
proc_files! {
    /// A file of `/proc` that belongs to no process.
    GlobalFile {
        Stat = "stat", 0o444, "Times and counts of the whole machine.";
        Swap = "swap", 0o444, "The slots of the swap device, drawn for people.";
        Swaps = "swaps", 0o444, "The swap devices.";
        Frames = "frames", 0o444, "The frames of physical memory, drawn for people.";
        Uptime = "uptime", 0o444, "Seconds since the machine was switched on.";
        Vmstat = "vmstat", 0o444, "Counts of memory management.";
        Meminfo = "meminfo", 0o444, "What memory is used for.";
        Kpagecount = "kpagecount", 0o400, "How often each frame is mapped: a word of 8 bytes each.";
        Kpageflags = "kpageflags", 0o400, "Marks of each frame: a word of 8 bytes each.";
        NsLastPid = "ns_last_pid", 0o644, "The pid that was given out last.";
        PidMax = "pid_max", 0o444, "The first number that no pid has.";
        DropCaches = "drop_caches", 0o200, "Written to, empties the page cache.";
        OvercommitMemory = "overcommit_memory", 0o644, "How much memory is promised.";
        OvercommitRatio = "overcommit_ratio", 0o644, "Percent of memory that is promised.";
        PageCluster = "page-cluster", 0o644, "How many pages are read from the swap device at once.";
        Swappiness = "swappiness", 0o644, "How much anonymous pages are evicted rather than those of files.";
    }
}

impl GlobalFile {
    /// The directory that holds it.
    #[must_use]
    pub const fn directory(self) -> ProcEntry {
        match self {
            Self::Stat
            | Self::Swap
            | Self::Swaps
            | Self::Frames
            | Self::Uptime
            | Self::Vmstat
            | Self::Meminfo
            | Self::Kpagecount
            | Self::Kpageflags => ProcEntry::Root,
            Self::NsLastPid | Self::PidMax => ProcEntry::SysKernel,
            Self::DropCaches
            | Self::OvercommitMemory
            | Self::OvercommitRatio
            | Self::PageCluster
            | Self::Swappiness => ProcEntry::SysVm,
        }
    }
}

// Linux: each may write the name of its own threads. Here: not, because prctl(2) sets a name.
// Linux: a process finds its page tables nowhere but in pagemap, word by word. Here: page_table and areas draw them,
// because to show them is what ring3 is for.
proc_files! {
    /// A file that each process, and each of its threads, has in `/proc`.
    ProcFile {
        Status = "status", 0o444, "All of it, for people to read.";
        Limits = "limits", 0o444, "Limits.";
        Comm = "comm", 0o644, "Name.";
        Syscall = "syscall", 0o400, "The call that it sleeps in.";
        Cmdline = "cmdline", 0o444, "Arguments.";
        Stat = "stat", 0o444, "All of it on one line.";
        Statm = "statm", 0o444, "Pages of memory, by use.";
        Maps = "maps", 0o444, "Areas of memory.";
        Cwd = "cwd", 0o777, "Link to the working directory.";
        Exe = "exe", 0o777, "Link to the program.";
        ClearRefs = "clear_refs", 0o200, "Written to, forgets which pages were used.";
        Smaps = "smaps", 0o444, "Areas of memory, with what of them is there.";
        SmapsRollup = "smaps_rollup", 0o444, "The sum of these.";
        Pagemap = "pagemap", 0o400, "Where each page is: a word of 8 bytes each.";
        OomScore = "oom_score", 0o444, "How bad it is in the eyes of the OOM killer.";
        OomScoreAdj = "oom_score_adj", 0o644, "What is added to that.";
        PageTable = "page_table", 0o444, "Its page tables, drawn for people.";
        Areas = "areas", 0o444, "Its areas, with what of them is there, drawn for people.";
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
