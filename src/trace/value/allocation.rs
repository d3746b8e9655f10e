//! What the kernel allocates, and can be made to fail to.

/// A sort of allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Allocation {
    /// A frame for a page of a process, of a file or of a pipe.
    Frame,
    /// A frame for a page table.
    Table,
    /// A slot of the swap device.
    Slot,
    /// A task, with what only its process has (`task_struct`, `signal_struct`).
    Task,
    /// An address space (`mm_struct`).
    Mm,
    /// A table of descriptors (`files_struct`).
    Files,
    /// A working directory (`fs_struct`).
    Fs,
    /// A table of signal actions (`sighand_struct`).
    Sighand,
    /// A pid namespace (`pid_namespace`).
    Namespace,
    /// A descriptor: room for it in its table.
    Fd,
    /// An open file description (`struct file`).
    File,
    /// An inode.
    Inode,
    /// A pipe (`pipe_inode_info`).
    Pipe,
    /// What is told of a signal that waits (`sigqueue`).
    Signal,
}

impl Allocation {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Frame, "frame"),
        (Self::Table, "table"),
        (Self::Slot, "slot"),
        (Self::Task, "task"),
        (Self::Mm, "mm"),
        (Self::Files, "files"),
        (Self::Fs, "fs"),
        (Self::Sighand, "sighand"),
        (Self::Namespace, "namespace"),
        (Self::Fd, "fd"),
        (Self::File, "file"),
        (Self::Inode, "inode"),
        (Self::Pipe, "pipe"),
        (Self::Signal, "signal"),
    ];

    /// What it is called on the command line and in the trace.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_number() {
        for (place, (allocation, name)) in Allocation::ALL.into_iter().enumerate() {
            assert_eq!((allocation as usize, allocation.name()), (place, name));
        }
    }
}
