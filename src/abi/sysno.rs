//! System calls: one table of number, name, arguments and a sentence.
//!
//! Numbers are those of x86-64 (`arch/x86/entry/syscalls/syscall_64.tbl`), argument names those of section 2 of the
//! man pages. The table says how an argument is to be printed; which calls are modelled is the kernel's matter, and
//! a number that the kernel does not serve answers ENOSYS whether it stands here or not.

use std::fmt;

use crate::abi::layout;

/// What an argument word means: how a trace prints it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    /// A signed number.
    Int,
    /// An unsigned number.
    Unsigned,
    /// A number to be read in hexadecimal.
    Hex,
    /// A file descriptor, or AT_FDCWD.
    Fd,
    /// The address of a path: bytes up to a zero.
    Path,
    /// The address of bytes that the kernel reads; the next argument is their number.
    BufferIn,
    /// The address of bytes that the kernel writes; the next argument is the room, the result often the number written.
    BufferOut,
    /// A number of bytes.
    Length,
    /// An address.
    Pointer,
    /// A process, thread or process group, with the call's own meaning of 0 and of negative numbers.
    Pid,
    /// A signal's number.
    Signal,
    /// `OpenFlags`.
    OpenFlags,
    /// File permission bits, octal.
    Mode,
    /// `Prot`.
    Prot,
    /// `MapFlags`.
    MapFlags,
    /// `CloneFlags`, with the exit signal in the low byte.
    CloneFlags,
    /// `WaitOptions`.
    WaitOptions,
    /// SEEK_SET and its kin.
    Whence,
    /// F_DUPFD and its kin.
    FcntlCommand,
    /// CLOCK_REALTIME and its kin.
    ClockId,
    /// The address of an array of C strings that ends with a null pointer.
    Argv,
    /// The address of the `int` that receives a wait status.
    StatusOut,
    /// The address of the two `int`s that receive the ends of a pipe.
    PipeFdsOut,
    /// The address of a `struct timespec` that the kernel reads.
    TimespecIn,
    /// FUTEX_WAIT and its kin, with FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME.
    FutexOp,
    /// RUSAGE_SELF and its kin.
    RusageWho,
    /// One of the plain constants whose names begin so.
    Named(&'static str),
    /// A set of such constants.
    NamedSet(&'static str),
    /// R_OK and its kin, or F_OK.
    AccessMode,
    /// The address of a `sigset_t` that the kernel reads.
    SigsetIn,
    /// The address of a `sigset_t` that the kernel writes.
    SigsetOut,
    /// The address of a `struct sigaction` that the kernel reads.
    SigactionIn,
    /// The address of a `struct sigaction` that the kernel writes.
    SigactionOut,
    /// The address of a `siginfo_t` that the kernel reads.
    SiginfoIn,
    /// The address of a `siginfo_t` that the kernel writes.
    SiginfoOut,
    /// The address of a `struct timespec` that the kernel writes.
    TimespecOut,
    /// The address of a `struct itimerval` that the kernel reads.
    ItimervalIn,
    /// The address of a `struct itimerval` that the kernel writes.
    ItimervalOut,
    /// The address of a `struct rlimit` that the kernel reads.
    RlimitIn,
    /// The address of a `struct rlimit` that the kernel writes.
    RlimitOut,
    /// The address of a `stack_t` that the kernel reads.
    StackIn,
    /// The address of a `stack_t` that the kernel writes.
    StackOut,
    /// The address of a `struct stat` that the kernel writes.
    StatOut,
    /// The address of a `struct rusage` that the kernel writes.
    RusageOut,
    /// The address of a `struct utsname` that the kernel writes.
    UtsnameOut,
    /// The address of an `int` that the kernel writes.
    IntOut,
    /// The address of an array of `struct pollfd` that the kernel reads and writes; the next argument is their number.
    Pollfds,
    /// The address of entries of a directory that the kernel writes; the result is their number of bytes.
    DirentsOut,
    /// The address of a byte for each page of the range that the first two arguments give, written by the kernel.
    ResidentOut,
    /// The address of an array of `struct iovec` whose buffers the kernel reads; the next argument is their number.
    IovecIn,
    /// The address of an array of `struct iovec` whose buffers the kernel writes; the next argument is their number.
    IovecOut,
    /// The address of a set of processors that the kernel reads; the argument before is its number of bytes.
    CpusetIn,
    /// The address of a set of processors that the kernel writes; the result is its number of bytes.
    CpusetOut,
    /// The address of an `int` that the kernel reads.
    IntIn,
    /// The address of an `int` that receives a signal's number.
    SignalOut,
    /// The address of the 16 bytes that receive a task's name.
    CommOut,
    /// The address of the kernel's `struct termios`, written by it.
    TermiosOut,
    /// An argument that the call ignores.
    Ignored,
}

impl ArgKind {
    /// Bytes of the structure that the kernel reads at the argument's address; 0 if it is none of a fixed size.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "most arguments are no structure")]
    pub const fn passed_bytes(self) -> usize {
        match self {
            Self::TimespecIn => layout::TIMESPEC_BYTES,
            Self::SigsetIn => 8,
            Self::SigactionIn => layout::SIGACTION_BYTES,
            Self::SiginfoIn => layout::SIGINFO_BYTES,
            Self::ItimervalIn => layout::ITIMERVAL_BYTES,
            Self::RlimitIn => layout::RLIMIT_BYTES,
            Self::StackIn => layout::STACK_BYTES,
            Self::IntIn => 4,
            _ => 0,
        }
    }

    /// Bytes of the structure that the kernel writes at the argument's address; 0 if it is none of a fixed size.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "most arguments are no structure")]
    pub const fn given_bytes(self) -> usize {
        match self {
            Self::IntOut | Self::StatusOut | Self::SignalOut => 4,
            Self::CommOut => 16,
            Self::TermiosOut => 36,
            Self::PipeFdsOut | Self::SigsetOut => 8,
            Self::SigactionOut => layout::SIGACTION_BYTES,
            Self::SiginfoOut => layout::SIGINFO_BYTES,
            Self::TimespecOut => layout::TIMESPEC_BYTES,
            Self::ItimervalOut => layout::ITIMERVAL_BYTES,
            Self::RlimitOut => layout::RLIMIT_BYTES,
            Self::StackOut => layout::STACK_BYTES,
            Self::StatOut => layout::STAT_BYTES,
            Self::RusageOut => layout::RUSAGE_BYTES,
            Self::UtsnameOut => layout::UTSNAME_BYTES,
            _ => 0,
        }
    }

    /// Whether the kernel writes at the argument's address, so that what it means is known only behind the call.
    #[must_use]
    pub const fn is_given(self) -> bool {
        self.given_bytes() > 0
            || matches!(self, Self::BufferOut | Self::DirentsOut | Self::ResidentOut | Self::IovecOut | Self::CpusetOut)
    }
}

/// One argument of a call.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// Its name in the man page.
    pub name: &'static str,
    /// What its word means.
    pub kind: ArgKind,
}

/// What is known of one system call.
#[derive(Clone, Copy, Debug)]
pub struct SyscallInfo {
    /// Its number.
    pub number: Sysno,
    /// Its name, as `read`.
    pub name: &'static str,
    /// The name of its number, as `SYS_read`.
    pub constant: &'static str,
    /// Its arguments in the order of the registers, at most six.
    pub args: &'static [Arg],
    /// What it does, in one sentence.
    pub doc: &'static str,
}

/// The number of a system call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sysno(pub u16);

/// Declares the system calls: name, number, the name as Linux writes it, arguments, sentence.
macro_rules! syscalls {
    ($($constant:ident = $number:literal, $name:literal, ($($arg:ident: $kind:ident $(($prefix:literal))?),*), $doc:literal;)*) => {
        impl Sysno {
            $(#[doc = $doc] pub const $constant: Self = Self($number);)*
        }

        /// Every system call of the table, in ascending order of number.
        pub const ALL: &[SyscallInfo] = &[
            $(SyscallInfo {
                number: Sysno::$constant,
                name: $name,
                constant: concat!("SYS_", $name),
                args: &[$(Arg { name: stringify!($arg), kind: ArgKind::$kind $(($prefix))? }),*],
                doc: $doc,
            },)*
        ];
    };
}

// A row is one line however long it is, so that the table can be read down its columns.
#[rustfmt::skip]
syscalls! {
    READ = 0, "read", (fd: Fd, buf: BufferOut, count: Length), "Reads bytes from a file at its offset, and moves the offset.";
    WRITE = 1, "write", (fd: Fd, buf: BufferIn, count: Length), "Writes bytes to a file at its offset, and moves the offset.";
    OPEN = 2, "open", (pathname: Path, flags: OpenFlags, mode: Mode), "Opens a file by path and answers the lowest free descriptor.";
    CLOSE = 3, "close", (fd: Fd), "Frees a descriptor, and the open file with its last descriptor.";
    STAT = 4, "stat", (pathname: Path, statbuf: StatOut), "Describes the file that a path leads to.";
    FSTAT = 5, "fstat", (fd: Fd, statbuf: StatOut), "Describes an open file.";
    LSTAT = 6, "lstat", (pathname: Path, statbuf: StatOut), "Describes the file at a path without following a last symbolic link.";
    POLL = 7, "poll", (fds: Pollfds, nfds: Unsigned, timeout: Int), "Waits until one of several files is ready, or for a number of milliseconds.";
    LSEEK = 8, "lseek", (fd: Fd, offset: Int, whence: Whence), "Moves the offset of an open file.";
    MMAP = 9, "mmap", (addr: Pointer, length: Length, prot: Prot, flags: MapFlags, fd: Fd, offset: Hex), "Maps a file or zero pages into the address space.";
    MPROTECT = 10, "mprotect", (addr: Pointer, len: Length, prot: Prot), "Changes what may be done with the pages of a range.";
    MUNMAP = 11, "munmap", (addr: Pointer, length: Length), "Removes the mappings of a range.";
    BRK = 12, "brk", (addr: Pointer), "Moves the end of the heap, and answers where it is.";
    RT_SIGACTION = 13, "rt_sigaction", (signum: Signal, act: SigactionIn, oldact: SigactionOut, sigsetsize: Length), "Sets what a signal does to the process.";
    RT_SIGPROCMASK = 14, "rt_sigprocmask", (how: Named("SIG_"), set: SigsetIn, oldset: SigsetOut, sigsetsize: Length), "Changes which signals the thread blocks.";
    RT_SIGRETURN = 15, "rt_sigreturn", (), "Returns from a signal handler to what it interrupted.";
    IOCTL = 16, "ioctl", (fd: Fd, request: Hex, argp: IntOut), "Controls a device.";
    PREAD64 = 17, "pread64", (fd: Fd, buf: BufferOut, count: Length, offset: Int), "Reads bytes at a given offset and leaves the file's own alone.";
    PWRITE64 = 18, "pwrite64", (fd: Fd, buf: BufferIn, count: Length, offset: Int), "Writes bytes at a given offset and leaves the file's own alone.";
    READV = 19, "readv", (fd: Fd, iov: IovecOut, iovcnt: Int), "Reads into several buffers in turn.";
    WRITEV = 20, "writev", (fd: Fd, iov: IovecIn, iovcnt: Int), "Writes from several buffers in turn.";
    ACCESS = 21, "access", (pathname: Path, mode: AccessMode), "Tells whether the real user may use a file in given ways.";
    PIPE = 22, "pipe", (pipefd: PipeFdsOut), "Makes a pipe and opens both its ends.";
    SCHED_YIELD = 24, "sched_yield", (), "Lets other threads run first.";
    MREMAP = 25, "mremap", (old_address: Pointer, old_size: Length, new_size: Length, flags: NamedSet("MREMAP_"), new_address: Pointer), "Grows, shrinks or moves a mapping.";
    MSYNC = 26, "msync", (addr: Pointer, length: Length, flags: NamedSet("MS_")), "Writes a mapping's changed pages back to its file.";
    MINCORE = 27, "mincore", (addr: Pointer, length: Length, vec: ResidentOut), "Tells which pages of a range are resident.";
    MADVISE = 28, "madvise", (addr: Pointer, length: Length, advice: Named("MADV_")), "Tells the kernel how a range will be used.";
    DUP = 32, "dup", (oldfd: Fd), "Makes the lowest free descriptor another name of an open file.";
    DUP2 = 33, "dup2", (oldfd: Fd, newfd: Fd), "Makes a chosen descriptor another name of an open file.";
    PAUSE = 34, "pause", (), "Sleeps until a signal handler has run.";
    NANOSLEEP = 35, "nanosleep", (req: TimespecIn, rem: TimespecOut), "Sleeps for a time.";
    GETITIMER = 36, "getitimer", (which: Named("ITIMER_"), curr_value: ItimervalOut), "Tells when a timer will send its signal.";
    ALARM = 37, "alarm", (seconds: Unsigned), "Has SIGALRM sent after a number of seconds.";
    SETITIMER = 38, "setitimer", (which: Named("ITIMER_"), new_value: ItimervalIn, old_value: ItimervalOut), "Sets a timer that sends a signal, once or again and again.";
    GETPID = 39, "getpid", (), "Answers the process's number.";
    CLONE = 56, "clone", (flags: CloneFlags, stack: Pointer, parent_tid: IntOut, child_tid: Pointer, tls: Hex), "Makes a task that shares with its parent what the flags say.";
    FORK = 57, "fork", (), "Makes a copy of the process.";
    VFORK = 58, "vfork", (), "Makes a process that borrows the parent's memory until it executes or exits, while the parent waits.";
    EXECVE = 59, "execve", (pathname: Path, argv: Argv, envp: Argv), "Replaces the program of the process.";
    EXIT = 60, "exit", (status: Int), "Ends the thread.";
    WAIT4 = 61, "wait4", (pid: Pid, wstatus: StatusOut, options: WaitOptions, rusage: RusageOut), "Waits for a child to change state, and reaps one that has ended.";
    KILL = 62, "kill", (pid: Pid, sig: Signal), "Sends a signal to a process or a group.";
    UNAME = 63, "uname", (buf: UtsnameOut), "Names the system.";
    FCNTL = 72, "fcntl", (fd: Fd, cmd: FcntlCommand, arg: Hex), "Controls a descriptor or an open file.";
    FSYNC = 74, "fsync", (fd: Fd), "Writes a file's changed pages to the disk and waits for it.";
    FDATASYNC = 75, "fdatasync", (fd: Fd), "The same, without times and owners.";
    TRUNCATE = 76, "truncate", (path: Path, length: Length), "Sets the size of a file.";
    FTRUNCATE = 77, "ftruncate", (fd: Fd, length: Length), "Sets the size of an open file.";
    GETCWD = 79, "getcwd", (buf: BufferOut, size: Length), "Answers the path of the working directory.";
    CHDIR = 80, "chdir", (path: Path), "Changes the working directory.";
    RENAME = 82, "rename", (oldpath: Path, newpath: Path), "Gives a file another path, replacing what is there.";
    MKDIR = 83, "mkdir", (pathname: Path, mode: Mode), "Makes a directory.";
    RMDIR = 84, "rmdir", (pathname: Path), "Removes an empty directory.";
    LINK = 86, "link", (oldpath: Path, newpath: Path), "Gives a file one more path.";
    UNLINK = 87, "unlink", (pathname: Path), "Removes a path, and the file with its last path and descriptor.";
    SYMLINK = 88, "symlink", (target: Path, linkpath: Path), "Makes a symbolic link.";
    READLINK = 89, "readlink", (pathname: Path, buf: BufferOut, bufsiz: Length), "Reads where a symbolic link points, without a zero at the end.";
    CHMOD = 90, "chmod", (pathname: Path, mode: Mode), "Sets the permission bits of a file.";
    CHOWN = 92, "chown", (pathname: Path, owner: Int, group: Int), "Sets the owner and group of a file.";
    FCHOWN = 93, "fchown", (fd: Fd, owner: Int, group: Int), "Sets the owner and group of an open file.";
    UMASK = 95, "umask", (mask: Mode), "Sets which permission bits new files lack, and answers the old mask.";
    GETRLIMIT = 97, "getrlimit", (resource: Named("RLIMIT_"), rlim: RlimitOut), "Answers a limit of the process.";
    GETRUSAGE = 98, "getrusage", (who: RusageWho, usage: RusageOut), "Answers what has been used: time, faults, switches.";
    GETUID = 102, "getuid", (), "Answers the real user.";
    GETGID = 104, "getgid", (), "Answers the real group.";
    SETUID = 105, "setuid", (uid: Int), "Sets the user.";
    SETGID = 106, "setgid", (gid: Int), "Sets the group of users.";
    GETEUID = 107, "geteuid", (), "Answers the effective user.";
    GETEGID = 108, "getegid", (), "Answers the effective group.";
    SETPGID = 109, "setpgid", (pid: Pid, pgid: Pid), "Moves a process into a process group.";
    GETPPID = 110, "getppid", (), "Answers the parent's number.";
    GETPGRP = 111, "getpgrp", (), "Answers the caller's process group.";
    SETSID = 112, "setsid", (), "Starts a session with the caller as its leader.";
    SETREUID = 113, "setreuid", (ruid: Int, euid: Int), "Sets real and effective user.";
    SETREGID = 114, "setregid", (rgid: Int, egid: Int), "Sets real and effective group.";
    SETRESUID = 117, "setresuid", (ruid: Int, euid: Int, suid: Int), "Sets real, effective and saved user.";
    GETRESUID = 118, "getresuid", (ruid: IntOut, euid: IntOut, suid: IntOut), "Answers real, effective and saved user.";
    SETRESGID = 119, "setresgid", (rgid: Int, egid: Int, sgid: Int), "Sets real, effective and saved group.";
    GETRESGID = 120, "getresgid", (rgid: IntOut, egid: IntOut, sgid: IntOut), "Answers real, effective and saved group.";
    GETPGID = 121, "getpgid", (pid: Pid), "Answers the process group of a process.";
    GETSID = 124, "getsid", (pid: Pid), "Answers the session of a process.";
    RT_SIGPENDING = 127, "rt_sigpending", (set: SigsetOut, sigsetsize: Length), "Answers which blocked signals are waiting.";
    RT_SIGTIMEDWAIT = 128, "rt_sigtimedwait", (set: SigsetIn, info: SiginfoOut, timeout: TimespecIn, sigsetsize: Length), "Waits for one of a set of signals and takes it.";
    RT_SIGQUEUEINFO = 129, "rt_sigqueueinfo", (tgid: Pid, sig: Signal, info: SiginfoIn), "Sends a signal with a value to a process.";
    RT_SIGSUSPEND = 130, "rt_sigsuspend", (mask: SigsetIn, sigsetsize: Length), "Sleeps under another signal mask until a handler has run.";
    SIGALTSTACK = 131, "sigaltstack", (ss: StackIn, old_ss: StackOut), "Sets the stack that handlers run on.";
    GETPRIORITY = 140, "getpriority", (which: Named("PRIO_"), who: Int), "Answers 20 minus the nice value, 1 to 40.";
    SETPRIORITY = 141, "setpriority", (which: Named("PRIO_"), who: Int, prio: Int), "Sets the nice value of processes.";
    SCHED_SETSCHEDULER = 144, "sched_setscheduler", (pid: Pid, policy: Named("SCHED_"), param: IntIn), "Sets the scheduling policy of a thread.";
    SCHED_GETSCHEDULER = 145, "sched_getscheduler", (pid: Pid), "Answers the scheduling policy of a thread.";
    MLOCK = 149, "mlock", (addr: Pointer, len: Length), "Keeps the pages of a range in memory.";
    MUNLOCK = 150, "munlock", (addr: Pointer, len: Length), "Lets the pages of a range be swapped out again.";
    MLOCKALL = 151, "mlockall", (flags: NamedSet("MCL_")), "Keeps all pages of the process in memory.";
    MUNLOCKALL = 152, "munlockall", (), "Lets all pages of the process be swapped out again.";
    PRCTL = 157, "prctl", (option: Named("PR_"), arg2: Hex, arg3: Hex, arg4: Hex, arg5: Hex), "Sets or answers an attribute of the process, as its name.";
    ARCH_PRCTL = 158, "arch_prctl", (op: Named("ARCH_"), addr: Pointer), "Sets or answers the base of the thread-local storage.";
    SETRLIMIT = 160, "setrlimit", (resource: Named("RLIMIT_"), rlim: RlimitIn), "Sets a limit of the process.";
    SYNC = 162, "sync", (), "Writes all changed pages to the disk and waits for it.";
    SWAPON = 167, "swapon", (path: Path, swapflags: Hex), "Starts swapping to a file or device.";
    SWAPOFF = 168, "swapoff", (path: Path), "Stops swapping to a file or device, after reading all of it back.";
    GETTID = 186, "gettid", (), "Answers the thread's number.";
    TKILL = 200, "tkill", (tid: Pid, sig: Signal), "Sends a signal to one thread.";
    FUTEX = 202, "futex", (uaddr: Pointer, futex_op: FutexOp, val: Unsigned, timeout: TimespecIn, uaddr2: Pointer, val3: Hex), "Sleeps while a word has a value, or wakes those who sleep on it.";
    SCHED_SETAFFINITY = 203, "sched_setaffinity", (pid: Pid, cpusetsize: Length, mask: CpusetIn), "Sets on which processors a thread may run.";
    SCHED_GETAFFINITY = 204, "sched_getaffinity", (pid: Pid, cpusetsize: Length, mask: CpusetOut), "Answers on which processors a thread may run.";
    GETDENTS64 = 217, "getdents64", (fd: Fd, dirp: DirentsOut, count: Length), "Reads entries of a directory.";
    SET_TID_ADDRESS = 218, "set_tid_address", (tidptr: Pointer), "Sets the word that is cleared and woken when the thread ends.";
    FADVISE64 = 221, "fadvise64", (fd: Fd, offset: Hex, len: Length, advice: Named("POSIX_FADV_")), "Tells the kernel how a file will be read.";
    CLOCK_GETTIME = 228, "clock_gettime", (clockid: ClockId, tp: TimespecOut), "Answers the time of a clock.";
    CLOCK_NANOSLEEP = 230, "clock_nanosleep", (clockid: ClockId, flags: NamedSet("TIMER_"), request: TimespecIn, remain: TimespecOut), "Sleeps for a time or until a time of a clock.";
    EXIT_GROUP = 231, "exit_group", (status: Int), "Ends all threads of the process.";
    TGKILL = 234, "tgkill", (tgid: Pid, tid: Pid, sig: Signal), "Sends a signal to one thread of a given process.";
    WAITID = 247, "waitid", (idtype: Named("P_"), id: Pid, infop: SiginfoOut, options: WaitOptions, rusage: RusageOut), "Waits for chosen changes of state of a child, and can leave it unreaped.";
    OPENAT = 257, "openat", (dirfd: Fd, pathname: Path, flags: OpenFlags, mode: Mode), "Opens a file by a path relative to a directory.";
    MKDIRAT = 258, "mkdirat", (dirfd: Fd, pathname: Path, mode: Mode), "Makes a directory at a path relative to a directory.";
    NEWFSTATAT = 262, "newfstatat", (dirfd: Fd, pathname: Path, statbuf: StatOut, flags: NamedSet("AT_")), "Describes a file by a path relative to a directory.";
    UNLINKAT = 263, "unlinkat", (dirfd: Fd, pathname: Path, flags: NamedSet("AT_")), "Removes a path relative to a directory; a directory with AT_REMOVEDIR.";
    DUP3 = 292, "dup3", (oldfd: Fd, newfd: Fd, flags: OpenFlags), "Makes a chosen descriptor another name of an open file, with O_CLOEXEC if wanted.";
    PIPE2 = 293, "pipe2", (pipefd: PipeFdsOut, flags: OpenFlags), "Makes a pipe and opens both its ends with flags.";
    RT_TGSIGQUEUEINFO = 297, "rt_tgsigqueueinfo", (tgid: Pid, tid: Pid, sig: Signal, info: SiginfoIn), "Sends a signal with a value to one thread.";
    PRLIMIT64 = 302, "prlimit64", (pid: Pid, resource: Named("RLIMIT_"), new_limit: RlimitIn, old_limit: RlimitOut), "Sets and answers a limit of a process.";
    GETRANDOM = 318, "getrandom", (buf: BufferOut, buflen: Length, flags: NamedSet("GRND_")), "Answers random bytes.";
    MLOCK2 = 325, "mlock2", (addr: Pointer, len: Length, flags: NamedSet("MLOCK_")), "Keeps the pages of a range in memory, with MLOCK_ONFAULT from their first touch on.";
}

/// The row of a system call; `None` for a number that is not in the table.
#[must_use]
pub fn info(sysno: Sysno) -> Option<&'static SyscallInfo> {
    ALL.binary_search_by_key(&sysno, |row| row.number).ok().and_then(|at| ALL.get(at))
}

/// What an argument means in a call with these words: of `prctl(2)` and `ioctl(2)` another argument decides that.
#[must_use]
pub fn kind(sysno: Sysno, place: usize, words: &[u64; 6]) -> ArgKind {
    use crate::abi::flags as f;
    let named = [
        f::PR_SET_NAME,
        f::PR_GET_NAME,
        f::PR_SET_PDEATHSIG,
        f::PR_GET_PDEATHSIG,
        f::PR_SET_CHILD_SUBREAPER,
        f::PR_GET_CHILD_SUBREAPER,
    ];
    match (sysno, place) {
        (Sysno::PRCTL, 1) => match words[0] as i32 {
            f::PR_SET_NAME => ArgKind::Path,
            f::PR_GET_NAME => ArgKind::CommOut,
            f::PR_SET_PDEATHSIG => ArgKind::Signal,
            f::PR_GET_PDEATHSIG => ArgKind::SignalOut,
            f::PR_SET_CHILD_SUBREAPER => ArgKind::Int,
            f::PR_GET_CHILD_SUBREAPER => ArgKind::IntOut,
            _ => ArgKind::Hex,
        },
        (Sysno::PRCTL, 2..) if named.contains(&(words[0] as i32)) => ArgKind::Ignored,
        (Sysno::IOCTL, 2) => match words[1] as u32 {
            f::TCGETS => ArgKind::TermiosOut,
            f::TIOCGPGRP | f::TIOCGSID | f::FIONREAD => ArgKind::IntOut,
            f::TIOCSPGRP => ArgKind::IntIn,
            f::TIOCSCTTY => ArgKind::Int,
            f::TIOCNOTTY => ArgKind::Ignored,
            f::TIOCGWINSZ => ArgKind::Pointer,
            _ => ArgKind::Hex,
        },
        _ => info(sysno).and_then(|row| row.args.get(place)).map_or(ArgKind::Hex, |arg| arg.kind),
    }
}

impl Sysno {
    /// Its name, as `read`; `None` for a number that is not in the table.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        info(self).map(|row| row.name)
    }

    /// The number in a word from `rax`; `None` if no system call can have it.
    #[must_use]
    pub fn from_word(word: u64) -> Option<Self> {
        u16::try_from(word).ok().map(Self)
    }
}

impl fmt::Debug for Sysno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}({})", self.0)
    }
}

impl fmt::Display for Sysno {
    /// The name, or `syscall_0x14e` as strace writes an unknown number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "syscall_{:#x}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, ArgKind, Sysno, info};

    #[test]
    fn the_table_ascends_and_calls_have_at_most_six_arguments() {
        assert!(ALL.is_sorted_by(|a, b| a.number < b.number));
        for row in ALL {
            assert!(row.args.len() <= 6, "{}", row.name);
            assert!(row.doc.ends_with('.'), "{}", row.name);
            assert_eq!(info(row.number).map(|found| found.name), Some(row.name));
        }
    }

    #[test]
    fn a_length_follows_each_buffer() {
        for row in ALL {
            for (at, arg) in row.args.iter().enumerate() {
                if matches!(arg.kind, ArgKind::BufferIn | ArgKind::BufferOut) {
                    assert_eq!(row.args.get(at + 1).map(|next| next.kind), Some(ArgKind::Length), "{}", row.name);
                }
            }
        }
    }

    #[test]
    fn known_numbers() {
        assert_eq!((Sysno::READ.0, Sysno::CLONE.0, Sysno::EXIT_GROUP.0, Sysno::GETRANDOM.0), (0, 56, 231, 318));
        assert_eq!(Sysno(59).to_string(), "execve");
        assert_eq!(Sysno(334).to_string(), "syscall_0x14e");
        assert_eq!(Sysno::from_word(u64::MAX), None);
    }
}
