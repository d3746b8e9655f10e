//! Flags and plain numbers of the system calls, from the headers in `include/uapi`.
//!
//! Sets of flags are types whose constants keep Linux's names, and print as strace prints them. Numbers of which one
//! is chosen are plain constants of the type that the kernel takes the argument in, so that a handler truncates the
//! register as Linux does. [`NAMED`] lists the plain ones for scripts.

use bitflags::{Bits, Flags, bitflags};

use super::signal::Signal;

bitflags! {
    /// Flags of `open(2)`, and of descriptors as F_GETFL answers them. The low two bits are not flags but one of
    /// three access modes, of which O_RDONLY is 0: see [`OpenFlags::can_read`] and [`OpenFlags::can_write`].
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
    pub struct OpenFlags: u32 {
        /// Read only.
        const O_RDONLY = 0;
        /// Write only.
        const O_WRONLY = 1;
        /// Read and write.
        const O_RDWR = 2;
        /// The bits of the access mode.
        const O_ACCMODE = 3;
        /// Make the file if it is not there.
        const O_CREAT = 0x40;
        /// With O_CREAT: fail if it is there.
        const O_EXCL = 0x80;
        /// Do not take a terminal as the controlling one.
        const O_NOCTTY = 0x100;
        /// Cut the file to no bytes.
        const O_TRUNC = 0x200;
        /// Write at the end.
        const O_APPEND = 0x400;
        /// Fail with EAGAIN instead of sleeping.
        const O_NONBLOCK = 0x800;
        /// Writes wait for data and metadata to be on the device.
        const O_SYNC = 0x10_1000;
        /// Writes wait for data to be on the device.
        const O_DSYNC = 0x1000;
        /// Pass the page cache by.
        const O_DIRECT = 0x4000;
        /// Fail if the last part of the path is a symbolic link.
        const O_NOFOLLOW = 0x2_0000;
        /// Leave the time of access alone.
        const O_NOATIME = 0x4_0000;
        /// Close the descriptor on `execve`.
        const O_CLOEXEC = 0x8_0000;
        /// Only name the file: no reading or writing.
        const O_PATH = 0x20_0000;
        /// Make a file without a path.
        const O_TMPFILE = 0x41_0000;
        /// Fail if it is not a directory.
        const O_DIRECTORY = 0x1_0000;
    }

    /// What may be done with pages (`mmap(2)`).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
    pub struct Prot: u32 {
        /// Nothing.
        const PROT_NONE = 0;
        /// Read.
        const PROT_READ = 1;
        /// Write.
        const PROT_WRITE = 2;
        /// Execute.
        const PROT_EXEC = 4;
        /// `mprotect`: extend the change down to the start of a growing mapping.
        const PROT_GROWSDOWN = 0x100_0000;
    }

    /// Flags of `mmap(2)`.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
    pub struct MapFlags: u32 {
        /// As MAP_SHARED, but unknown flags are an error.
        const MAP_SHARED_VALIDATE = 3;
        /// Writes are seen by all who map it, and reach the file.
        const MAP_SHARED = 1;
        /// Writes are the process's own: copy on write.
        const MAP_PRIVATE = 2;
        /// At this very address, replacing what is there.
        const MAP_FIXED = 0x10;
        /// No file: zero pages.
        const MAP_ANONYMOUS = 0x20;
        /// In the low 2 GiB.
        const MAP_32BIT = 0x40;
        /// Grows downwards at a fault below it, as a stack does.
        const MAP_GROWSDOWN = 0x100;
        /// Lock the pages in memory.
        const MAP_LOCKED = 0x2000;
        /// Reserve no swap for it.
        const MAP_NORESERVE = 0x4000;
        /// Fault all pages in now.
        const MAP_POPULATE = 0x8000;
        /// With MAP_POPULATE: do not read ahead.
        const MAP_NONBLOCK = 0x1_0000;
        /// For stacks; without effect.
        const MAP_STACK = 0x2_0000;
        /// Of huge pages.
        const MAP_HUGETLB = 0x4_0000;
        /// At this very address, or EEXIST if something is there.
        const MAP_FIXED_NOREPLACE = 0x10_0000;
    }

    /// Flags of `clone(2)`: what the child shares. The low byte is the signal that its end sends to the parent.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
    pub struct CloneFlags: u64 {
        /// Share the address space.
        const CLONE_VM = 0x100;
        /// Share working directory and umask.
        const CLONE_FS = 0x200;
        /// Share the table of descriptors.
        const CLONE_FILES = 0x400;
        /// Share the table of signal handlers.
        const CLONE_SIGHAND = 0x800;
        /// Give the parent a descriptor of the child.
        const CLONE_PIDFD = 0x1000;
        /// Be traced as the parent is.
        const CLONE_PTRACE = 0x2000;
        /// The parent waits until the child executes or exits.
        const CLONE_VFORK = 0x4000;
        /// Have the caller's parent as parent.
        const CLONE_PARENT = 0x8000;
        /// Be a thread of the same process.
        const CLONE_THREAD = 0x1_0000;
        /// A mount namespace of its own.
        const CLONE_NEWNS = 0x2_0000;
        /// Share the semaphore adjustments.
        const CLONE_SYSVSEM = 0x4_0000;
        /// Set the thread-local storage.
        const CLONE_SETTLS = 0x8_0000;
        /// Store the child's number at `parent_tid`, in the parent's memory.
        const CLONE_PARENT_SETTID = 0x10_0000;
        /// Clear the word at `child_tid` and wake its futex when the child ends.
        const CLONE_CHILD_CLEARTID = 0x20_0000;
        /// Without effect.
        const CLONE_DETACHED = 0x40_0000;
        /// Cannot be traced by force.
        const CLONE_UNTRACED = 0x80_0000;
        /// Store the child's number at `child_tid`, in the child's memory.
        const CLONE_CHILD_SETTID = 0x100_0000;
        /// The child is process 1 of a pid namespace of its own.
        const CLONE_NEWPID = 0x2000_0000;
        /// Share the context of input and output.
        const CLONE_IO = 0x8000_0000;
    }

    /// Options of `wait4(2)` and `waitid(2)`.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
    pub struct WaitOptions: u32 {
        /// Answer at once if no child has changed.
        const WNOHANG = 1;
        /// Also children that stopped.
        const WUNTRACED = 2;
        /// The name of WUNTRACED for `waitid`.
        const WSTOPPED = 2;
        /// `waitid`: children that ended.
        const WEXITED = 4;
        /// Also children that went on.
        const WCONTINUED = 8;
        /// `waitid`: leave the child to be waited for again.
        const WNOWAIT = 0x100_0000;
        /// Only children of this thread.
        const __WNOTHREAD = 0x2000_0000;
        /// Children of all kinds.
        const __WALL = 0x4000_0000;
        /// Only children that send another signal than SIGCHLD.
        const __WCLONE = 0x8000_0000;
    }

    /// Flags of a descriptor (F_GETFD).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
    pub struct FdFlags: u32 {
        /// Close it on `execve`.
        const FD_CLOEXEC = 1;
    }

    /// Flags of a signal's action (`sigaction(2)`).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
    pub struct SaFlags: u64 {
        /// Give the handler the codes and the context.
        const SA_SIGINFO = 4;
        /// SIGCHLD: not when a child stops.
        const SA_NOCLDSTOP = 1;
        /// SIGCHLD: children leave no zombie.
        const SA_NOCLDWAIT = 2;
        /// Run the handler on the alternate stack.
        const SA_ONSTACK = 0x800_0000;
        /// Restart the call that was interrupted.
        const SA_RESTART = 0x1000_0000;
        /// Do not block the signal while its handler runs.
        const SA_NODEFER = 0x4000_0000;
        /// Go back to SIG_DFL when the handler is entered.
        const SA_RESETHAND = 0x8000_0000;
        /// `sa_restorer` is set.
        const SA_RESTORER = 0x0400_0000;
    }
}

/// Writes the names of the flags in `flags`, joined by `|`, then what has no name as a number, onto `names`.
/// The table's order decides: a flag that holds another's bits stands before it.
fn join<F: Flags + Copy>(flags: F, names: &mut Vec<String>)
where
    F::Bits: std::fmt::LowerHex,
{
    let mut rest = flags.bits();
    for flag in F::FLAGS {
        let bits = flag.value().bits();
        if flag.is_named() && bits != F::Bits::EMPTY && rest & bits == bits {
            names.push(flag.name().to_owned());
            rest = rest & !bits;
        }
    }
    if rest != F::Bits::EMPTY {
        names.push(format!("{rest:#x}"));
    }
}

/// As [`join`], alone, with a word for no flag at all.
fn joined<F: Flags + Copy>(flags: F, none: &str) -> String
where
    F::Bits: std::fmt::LowerHex,
{
    let mut names = Vec::new();
    join(flags, &mut names);
    if names.is_empty() { none.to_owned() } else { names.join("|") }
}

impl OpenFlags {
    /// Whether the access mode lets one read.
    #[must_use]
    pub fn can_read(self) -> bool {
        let mode = self & Self::O_ACCMODE;
        mode == Self::O_RDONLY || mode == Self::O_RDWR
    }

    /// Whether the access mode lets one write.
    #[must_use]
    pub fn can_write(self) -> bool {
        let mode = self & Self::O_ACCMODE;
        mode == Self::O_WRONLY || mode == Self::O_RDWR
    }

    /// As strace prints it for `open`: the access mode first, `O_RDONLY|O_CLOEXEC`.
    #[must_use]
    pub fn names(self) -> String {
        let mode = match (self.can_read(), self.can_write()) {
            (true, false) => "O_RDONLY",
            (false, true) => "O_WRONLY",
            (true, true) => "O_RDWR",
            (false, false) => "O_ACCMODE",
        };
        let mut names = vec![mode.to_owned()];
        join(self.difference(Self::O_ACCMODE), &mut names);
        names.join("|")
    }

    /// As strace prints it for calls that open nothing by path (`pipe2`, `dup3`): `O_CLOEXEC`, or `0`.
    #[must_use]
    pub fn names_without_mode(self) -> String {
        joined(self, "0")
    }
}

impl Prot {
    /// As strace prints it: `PROT_READ|PROT_WRITE`, or `PROT_NONE`.
    #[must_use]
    pub fn names(self) -> String {
        joined(self, "PROT_NONE")
    }
}

impl MapFlags {
    /// As strace prints it: `MAP_PRIVATE|MAP_ANONYMOUS`, or `0`.
    #[must_use]
    pub fn names(self) -> String {
        joined(self, "0")
    }
}

impl CloneFlags {
    /// The bits of the exit signal (CSIGNAL).
    pub const EXIT_SIGNAL_MASK: u64 = 0xff;

    /// The signal that the child's end sends to the parent; `None` if it sends none.
    #[must_use]
    pub const fn exit_signal(self) -> Option<Signal> {
        Signal::from_word(self.bits() & Self::EXIT_SIGNAL_MASK)
    }

    /// As strace prints it, the exit signal last: `CLONE_VM|CLONE_VFORK|SIGCHLD`, or `0`.
    #[must_use]
    pub fn names(self) -> String {
        let mut names = Vec::new();
        let flags = Self::from_bits_retain(self.bits() & !Self::EXIT_SIGNAL_MASK);
        join(flags, &mut names);
        match (self.exit_signal(), self.bits() & Self::EXIT_SIGNAL_MASK) {
            (Some(signal), _) => names.push(signal.to_string()),
            (None, 0) if names.is_empty() => names.push("0".to_owned()),
            (None, 0) => {}
            (None, number) => names.push(number.to_string()),
        }
        names.join("|")
    }
}

impl WaitOptions {
    /// As strace prints it: `WNOHANG|WUNTRACED`, or `0`.
    #[must_use]
    pub fn names(self) -> String {
        joined(self, "0")
    }
}

impl FdFlags {
    /// As strace prints it: `FD_CLOEXEC`, or `0`.
    #[must_use]
    pub fn names(self) -> String {
        joined(self, "0")
    }
}

impl SaFlags {
    /// As strace prints it: `SA_RESTORER|SA_RESTART`, or `0`.
    #[must_use]
    pub fn names(self) -> String {
        joined(self, "0")
    }
}

/// Declares plain constants in groups: what they are for, their type, names and numbers.
macro_rules! numbers {
    ($(#[$doc:meta] $type:ty: $($name:ident = $value:expr),*;)*) => {
        $($(#[$doc] pub const $name: $type = $value;)*)*

        /// Every plain constant with its name, each as the script's `int`.
        pub const NAMED: &[(&str, i64)] = &[$($((stringify!($name), $name as i64),)*)*];
    };
}

numbers! {
    /// `lseek(2)`: where the offset counts from.
    u32:
        SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2, SEEK_DATA = 3, SEEK_HOLE = 4;

    /// Commands of `fcntl(2)`, and the kinds of a lock.
    u32:
        F_DUPFD = 0, F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, F_GETLK = 5, F_SETLK = 6, F_SETLKW = 7,
        F_SETOWN = 8, F_GETOWN = 9, F_DUPFD_CLOEXEC = 1030, F_SETPIPE_SZ = 1031, F_GETPIPE_SZ = 1032,
        F_RDLCK = 0, F_WRLCK = 1, F_UNLCK = 2;

    /// Modes of `access(2)`.
    u32:
        F_OK = 0, R_OK = 4, W_OK = 2, X_OK = 1;

    /// The working directory, as a descriptor.
    i32:
        AT_FDCWD = -100;

    /// Flags of the calls whose names end in `at`.
    u32:
        AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_SYMLINK_FOLLOW = 0x400, AT_EMPTY_PATH = 0x1000;

    /// Operations of `arch_prctl(2)` on the base of the FS segment.
    i32:
        ARCH_SET_FS = 0x1002, ARCH_GET_FS = 0x1003;

    /// How a file will be read (`posix_fadvise(2)`).
    i32:
        POSIX_FADV_NORMAL = 0, POSIX_FADV_RANDOM = 1, POSIX_FADV_SEQUENTIAL = 2, POSIX_FADV_WILLNEED = 3,
        POSIX_FADV_DONTNEED = 4, POSIX_FADV_NOREUSE = 5;

    /// Clocks (`clock_gettime(2)`).
    i32:
        CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, CLOCK_PROCESS_CPUTIME_ID = 2, CLOCK_THREAD_CPUTIME_ID = 3,
        CLOCK_MONOTONIC_RAW = 4, CLOCK_REALTIME_COARSE = 5, CLOCK_MONOTONIC_COARSE = 6, CLOCK_BOOTTIME = 7;

    /// `clock_nanosleep(2)`: the time is a moment, not a span.
    u32:
        TIMER_ABSTIME = 1;

    /// Timers of `setitimer(2)`.
    i32:
        ITIMER_REAL = 0, ITIMER_VIRTUAL = 1, ITIMER_PROF = 2;

    /// Whose use `getrusage(2)` answers.
    i32:
        RUSAGE_SELF = 0, RUSAGE_CHILDREN = -1, RUSAGE_THREAD = 1;

    /// Whom `waitid(2)` waits for.
    i32:
        P_ALL = 0, P_PID = 1, P_PGID = 2, P_PIDFD = 3;

    /// File types and permissions in `st_mode` (`inode(7)`).
    u32:
        S_IFMT = 0o170000, S_IFSOCK = 0o140000, S_IFLNK = 0o120000, S_IFREG = 0o100000, S_IFBLK = 0o60000,
        S_IFDIR = 0o40000, S_IFCHR = 0o20000, S_IFIFO = 0o10000, S_ISUID = 0o4000, S_ISGID = 0o2000,
        S_ISVTX = 0o1000, S_IRWXU = 0o700, S_IRUSR = 0o400, S_IWUSR = 0o200, S_IXUSR = 0o100, S_IRWXG = 0o70,
        S_IRGRP = 0o40, S_IWGRP = 0o20, S_IXGRP = 0o10, S_IRWXO = 0o7, S_IROTH = 0o4, S_IWOTH = 0o2,
        S_IXOTH = 0o1;

    /// File types in a directory entry (`getdents64(2)`).
    u8:
        DT_UNKNOWN = 0, DT_FIFO = 1, DT_CHR = 2, DT_DIR = 4, DT_BLK = 6, DT_REG = 8, DT_LNK = 10, DT_SOCK = 12;

    /// How `rt_sigprocmask(2)` changes the mask.
    i32:
        SIG_BLOCK = 0, SIG_UNBLOCK = 1, SIG_SETMASK = 2;

    /// Handlers that are no address (`sigaction(2)`).
    u64:
        SIG_DFL = 0, SIG_IGN = 1;

    /// Flags of the alternate signal stack (`sigaltstack(2)`), and its smallest size.
    u32:
        SS_ONSTACK = 1, SS_DISABLE = 2, MINSIGSTKSZ = 2048;

    /// Limits (`getrlimit(2)`).
    u32:
        RLIMIT_CPU = 0, RLIMIT_FSIZE = 1, RLIMIT_DATA = 2, RLIMIT_STACK = 3, RLIMIT_CORE = 4, RLIMIT_RSS = 5,
        RLIMIT_NPROC = 6, RLIMIT_NOFILE = 7, RLIMIT_MEMLOCK = 8, RLIMIT_AS = 9, RLIMIT_LOCKS = 10,
        RLIMIT_SIGPENDING = 11, RLIMIT_MSGQUEUE = 12, RLIMIT_NICE = 13, RLIMIT_RTPRIO = 14, RLIMIT_RTTIME = 15;

    /// No limit.
    u64:
        RLIM_INFINITY = u64::MAX;

    /// Flags of `mlockall(2)`.
    u32:
        MCL_CURRENT = 1, MCL_FUTURE = 2, MCL_ONFAULT = 4, MLOCK_ONFAULT = 1;

    /// Advice of `madvise(2)`.
    i32:
        MADV_NORMAL = 0, MADV_RANDOM = 1, MADV_SEQUENTIAL = 2, MADV_WILLNEED = 3, MADV_DONTNEED = 4,
        MADV_FREE = 8, MADV_REMOVE = 9, MADV_DONTFORK = 10, MADV_DOFORK = 11, MADV_MERGEABLE = 12,
        MADV_UNMERGEABLE = 13, MADV_HUGEPAGE = 14, MADV_NOHUGEPAGE = 15, MADV_DONTDUMP = 16, MADV_DODUMP = 17,
        MADV_WIPEONFORK = 18, MADV_KEEPONFORK = 19, MADV_COLD = 20, MADV_PAGEOUT = 21, MADV_POPULATE_READ = 22,
        MADV_POPULATE_WRITE = 23, MADV_DONTNEED_LOCKED = 24;

    /// Flags of `mremap(2)` and `msync(2)`.
    u32:
        MREMAP_MAYMOVE = 1, MREMAP_FIXED = 2, MREMAP_DONTUNMAP = 4, MS_ASYNC = 1, MS_INVALIDATE = 2, MS_SYNC = 4;

    /// Operations of `futex(2)`, and the bits of a futex word with an owner.
    u32:
        FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_REQUEUE = 3, FUTEX_CMP_REQUEUE = 4, FUTEX_WAKE_OP = 5,
        FUTEX_LOCK_PI = 6, FUTEX_UNLOCK_PI = 7, FUTEX_TRYLOCK_PI = 8, FUTEX_WAIT_BITSET = 9,
        FUTEX_WAKE_BITSET = 10, FUTEX_LOCK_PI2 = 13, FUTEX_PRIVATE_FLAG = 0x80, FUTEX_CLOCK_REALTIME = 0x100,
        FUTEX_BITSET_MATCH_ANY = 0xffff_ffff, FUTEX_WAITERS = 0x8000_0000, FUTEX_OWNER_DIED = 0x4000_0000,
        FUTEX_TID_MASK = 0x3fff_ffff;

    /// Why a signal was sent (`si_code`, `sigaction(2)`).
    i32:
        SI_USER = 0, SI_KERNEL = 128, SI_QUEUE = -1, SI_TIMER = -2, SI_TKILL = -6, ILL_ILLOPC = 1,
        ILL_ILLOPN = 2, ILL_ILLADR = 3, FPE_INTDIV = 1, FPE_INTOVF = 2, SEGV_MAPERR = 1, SEGV_ACCERR = 2,
        BUS_ADRALN = 1, BUS_ADRERR = 2, BUS_OBJERR = 3, TRAP_BRKPT = 1, TRAP_TRACE = 2, CLD_EXITED = 1,
        CLD_KILLED = 2, CLD_DUMPED = 3, CLD_TRAPPED = 4, CLD_STOPPED = 5, CLD_CONTINUED = 6;

    /// Events of `poll(2)`.
    u16:
        POLLIN = 1, POLLPRI = 2, POLLOUT = 4, POLLERR = 8, POLLHUP = 0x10, POLLNVAL = 0x20;

    /// Scheduling policies (`sched(7)`), and whom `setpriority(2)` means.
    i32:
        SCHED_OTHER = 0, SCHED_FIFO = 1, SCHED_RR = 2, SCHED_BATCH = 3, SCHED_IDLE = 5, SCHED_DEADLINE = 6,
        SCHED_RESET_ON_FORK = 0x4000_0000, PRIO_PROCESS = 0, PRIO_PGRP = 1, PRIO_USER = 2;

    /// Options of `prctl(2)`.
    i32:
        PR_SET_PDEATHSIG = 1, PR_GET_PDEATHSIG = 2, PR_SET_NAME = 15, PR_GET_NAME = 16,
        PR_SET_CHILD_SUBREAPER = 36, PR_GET_CHILD_SUBREAPER = 37;

    /// Flags of `swapon(2)` and `getrandom(2)`.
    u32:
        SWAP_FLAG_PREFER = 0x8000, SWAP_FLAG_PRIO_MASK = 0x7fff, GRND_NONBLOCK = 1, GRND_RANDOM = 2;

    /// Requests of `ioctl(2)`.
    u32:
        TCGETS = 0x5401, TIOCGWINSZ = 0x5413, TIOCGPGRP = 0x540f, TIOCSPGRP = 0x5410, TIOCSCTTY = 0x540e,
        TIOCNOTTY = 0x5422, TIOCGSID = 0x5429, FIONREAD = 0x541b;

    /// Bounds: bytes that a pipe takes in one piece, bytes of a path, bytes of a file's name.
    u64:
        PIPE_BUF = 4096, PATH_MAX = 4096, NAME_MAX = 255;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_flags_print_as_strace_prints_them() {
        assert_eq!(OpenFlags::O_CLOEXEC.names(), "O_RDONLY|O_CLOEXEC");
        assert_eq!(OpenFlags::from_bits_retain(0o1102).names(), "O_RDWR|O_CREAT|O_TRUNC");
        assert_eq!(OpenFlags::O_SYNC.names(), "O_RDONLY|O_SYNC");
        assert_eq!(OpenFlags::O_TMPFILE.union(OpenFlags::O_WRONLY).names(), "O_WRONLY|O_TMPFILE");
        assert_eq!(OpenFlags::from_bits_retain(0x4000_0003).names(), "O_ACCMODE|0x40000000");
        assert_eq!(OpenFlags::O_CLOEXEC.names_without_mode(), "O_CLOEXEC");
    }

    #[test]
    fn other_flags_print_as_strace_prints_them() {
        assert_eq!(Prot::empty().names(), "PROT_NONE");
        assert_eq!(Prot::from_bits_retain(0x13).names(), "PROT_READ|PROT_WRITE|0x10");
        assert_eq!(MapFlags::from_bits_retain(0x22).names(), "MAP_PRIVATE|MAP_ANONYMOUS");
        assert_eq!(MapFlags::from_bits_retain(0x3).names(), "MAP_SHARED_VALIDATE");
        assert_eq!(WaitOptions::from_bits_retain(3).names(), "WNOHANG|WUNTRACED");
        assert_eq!((WaitOptions::empty().names(), FdFlags::empty().names()), ("0".to_owned(), "0".to_owned()));
    }

    #[test]
    fn clone_flags_end_with_the_exit_signal() {
        assert_eq!(CloneFlags::from_bits_retain(0x4111).names(), "CLONE_VM|CLONE_VFORK|SIGCHLD");
        assert_eq!(CloneFlags::from_bits_retain(17).names(), "SIGCHLD");
        assert_eq!(CloneFlags::from_bits_retain(0x80).names(), "128");
        assert_eq!(CloneFlags::empty().names(), "0");
    }

    #[test]
    fn access_modes_are_not_flags() {
        assert!(OpenFlags::empty().can_read() && !OpenFlags::empty().can_write());
        assert!(!OpenFlags::O_WRONLY.can_read() && OpenFlags::O_WRONLY.can_write());
        assert!(!OpenFlags::O_ACCMODE.can_read() && !OpenFlags::O_ACCMODE.can_write());
    }
}
