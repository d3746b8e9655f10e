//! Names of things as newtypes, so that a page can not be passed where a frame is meant.

use std::fmt;

/// Defines a newtype around an unsigned integer that prints as `name:number` in debug output.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $int);

        impl $name {
            /// The id as an index into a table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), ":{}"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

id! {
    /// A task's id, unique among all tasks: `gettid(2)`. The first task of a process has `Tid == Pid`.
    /// 0 is the idle task of a CPU (`swapper`), which is never in the task table.
    Tid(u32)
}
id! {
    /// A process's id, that is a thread group's: `getpid(2)`.
    Pid(u32)
}
id! {
    /// A pid namespace: lowest free number; 0 is that of the machine, whose numbers are the pids themselves.
    PidNsId(u32)
}
id! {
    /// A processor, counted from 0.
    CpuId(u8)
}
id! {
    /// An address space (`struct mm_struct`): lowest free number, shared by `CLONE_VM`.
    MmId(u32)
}

impl MmId {
    /// The kernel's own (`init_mm`), which is in no list: what its tables are told to be of.
    pub const INIT: Self = Self(u32::MAX);
}

id! {
    /// A table of descriptors (`struct files_struct`): shared by `CLONE_FILES`.
    FilesId(u32)
}
id! {
    /// Working directory and umask (`struct fs_struct`): shared by `CLONE_FS`.
    FsId(u32)
}
id! {
    /// Signal actions (`struct sighand_struct`): shared by `CLONE_SIGHAND`.
    SighandId(u32)
}
id! {
    /// What the threads of one process share (`struct signal_struct`): exit code, children, counters.
    SignalId(u32)
}
id! {
    /// An open file description (`struct file`): offset and flags, shared by `dup(2)` and `fork(2)`.
    FileId(u32)
}
id! {
    /// An inode: the file itself, without its names.
    Ino(u32)
}
id! {
    /// A pipe's buffer.
    PipeId(u32)
}
id! {
    /// A physical page, counted from 0: physical address >> 12.
    Frame(u32)
}
id! {
    /// A page slot of the swap device: lowest free number.
    Slot(u32)
}
id! {
    /// A block of 4 KiB that the disk gave to what was written since the machine was switched on: lowest free number.
    Block(u32)
}
