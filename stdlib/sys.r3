# Linux's system calls as functions: each answers what the kernel answers, a negative errno where it fails.
#
# A path is a str here and a C string in the kernel; a descriptor is an int here and 32 bits wide there. These
# functions translate and do nothing else.

# struct stat of stat(2).
struct Stat {
    st_dev: uint
    st_ino: uint
    st_nlink: uint
    st_mode: u32
    st_uid: u32
    st_gid: u32
    st_pad: u32
    st_rdev: uint
    st_size: int
    st_blksize: int
    st_blocks: int                # of 512 bytes
    st_atim: Timespec
    st_mtim: Timespec
    st_ctim: Timespec
    st_reserved: [int; 3]
}

# struct timespec of clock_gettime(2).
struct Timespec {
    tv_sec: int
    tv_nsec: int
}

# struct timeval of getrusage(2).
struct Timeval {
    tv_sec: int
    tv_usec: int
}

# struct rusage of getrusage(2).
struct Rusage {
    ru_utime: Timeval
    ru_stime: Timeval
    ru_maxrss: int                # KiB
    ru_ixrss: int
    ru_idrss: int
    ru_isrss: int
    ru_minflt: int
    ru_majflt: int
    ru_nswap: int
    ru_inblock: int
    ru_oublock: int
    ru_msgsnd: int
    ru_msgrcv: int
    ru_nsignals: int
    ru_nvcsw: int
    ru_nivcsw: int
}

# The siginfo_t of waitid(2), as it is for SIGCHLD.
struct Siginfo {
    si_signo: i32
    si_errno: i32
    si_code: i32
    si_pad: i32
    si_pid: i32
    si_uid: u32
    si_status: i32
    si_reserved: [i32; 25]
}

# struct pollfd of poll(2).
struct Pollfd {
    fd: i32                       # passed over if it is negative
    events: u16                   # what is waited for: POLLIN, POLLOUT
    revents: u16                  # what has happened: these, POLLERR, POLLHUP, POLLNVAL
}

# struct sigaction as rt_sigaction(2) has it in the kernel.
struct Sigaction {
    sa_handler: int
    sa_flags: uint
    sa_restorer: int
    sa_mask: uint
}

# fork(2): 0 in the child, the child's pid in the parent.
fn fork() -> int {
    return syscall(SYS_fork)
}

# exit_group(2): ends the process; does not return.
fn exit(status: int) {
    syscall(SYS_exit_group, status)
}

# wait(2): waits for any child and answers its pid.
fn wait(status: *int = nil) -> int {
    return waitpid(-1, status)
}

# waitpid(2): waits for `pid` (-1: any child), answers its pid, 0 for WNOHANG and nothing to report.
fn waitpid(pid: int, status: *int = nil, options: int = 0) -> int {
    if status == nil {
        return syscall(SYS_wait4, pid, 0, options, 0)
    }
    let word: i32
    let got = syscall(SYS_wait4, pid, &word, options, 0)
    if got > 0 {
        *status = word
    }
    return got
}

# waitid(2): as waitpid, with what happened in `info`; WNOWAIT leaves the child a zombie.
fn waitid(kind: int, id: int, info: *Siginfo, options: int) -> int {
    return syscall(SYS_waitid, kind, id, info, options, 0)
}

# getpid(2): the process.
fn getpid() -> int {
    return syscall(SYS_getpid)
}

# getppid(2): the parent.
fn getppid() -> int {
    return syscall(SYS_getppid)
}

# gettid(2): the thread.
fn gettid() -> int {
    return syscall(SYS_gettid)
}

# sched_yield(2): to the end of the run queue.
fn sched_yield() -> int {
    return syscall(SYS_sched_yield)
}

# getrusage(2): RUSAGE_SELF or RUSAGE_CHILDREN.
fn getrusage(who: int, usage: *Rusage) -> int {
    return syscall(SYS_getrusage, who, usage)
}

# kill(2): sends `sig` to a process, to all (-1), or to a group (0, -pgid).
fn kill(pid: int, sig: int) -> int {
    return syscall(SYS_kill, pid, sig)
}

# struct rlimit of getrlimit(2).
struct Rlimit {
    rlim_cur: uint
    rlim_max: uint
}

# getrlimit(2): RLIMIT_NOFILE and its kin.
fn getrlimit(resource: int, limit: *Rlimit) -> int {
    return syscall(SYS_getrlimit, resource, limit)
}

# setrlimit(2), with both limits as arguments; one argument sets both.
fn setrlimit(resource: int, soft: int, hard: int = -2) -> int {
    let limit = Rlimit(rlim_cur: soft as uint, rlim_max: hard as uint)
    if hard == -2 {
        limit.rlim_max = soft as uint
    }
    return syscall(SYS_setrlimit, resource, &limit)
}

# getuid(2): the user; 0 is root.
fn getuid() -> int {
    return syscall(SYS_getuid)
}

# getgid(2): the group of users.
fn getgid() -> int {
    return syscall(SYS_getgid)
}

# setuid(2): only root may become somebody else.
fn setuid(uid: int) -> int {
    return syscall(SYS_setuid, uid)
}

# setgid(2).
fn setgid(gid: int) -> int {
    return syscall(SYS_setgid, gid)
}

# open(2): a descriptor; `mode` matters with O_CREAT only.
must_use fn open(path: str, flags: int = O_RDONLY, mode: int = 0o644) -> int {
    return path_call(SYS_open, path, flags, mode)
}

# close(2).
fn close(fd: int) -> int {
    return syscall(SYS_close, fd)
}

# read(2): at most len(buf) bytes; 0 is the end of the file.
must_use fn read(fd: int, buf: [byte]) -> int {
    return syscall(SYS_read, fd, address(buf), len(buf))
}

# write(2): the bytes that were taken, perhaps fewer than len(data).
fn write(fd: int, data: [byte]) -> int {
    return syscall(SYS_write, fd, address(data), len(data))
}

# pread(2): as read, from `offset` on, and the offset of the open file stays.
must_use fn pread(fd: int, buf: [byte], offset: int) -> int {
    return syscall(SYS_pread64, fd, address(buf), len(buf), offset)
}

# poll(2): waits `timeout` ms (-1: without end) until one of the files is ready; answers how many are.
fn poll(files: [Pollfd], timeout: int) -> int {
    if len(files) == 0 {
        return syscall(SYS_poll, 0, 0, timeout)
    }
    return syscall(SYS_poll, &files[0], len(files), timeout)
}

# lseek(2): the new offset.
fn lseek(fd: int, offset: int, whence: int) -> int {
    return syscall(SYS_lseek, fd, offset, whence)
}

# pipe(2): fds[0] reads what fds[1] writes.
fn pipe(fds: *[int; 2]) -> int {
    let pair: [i32; 2]
    let r = syscall(SYS_pipe, &pair)
    if r == 0 {
        (*fds)[0] = pair[0]
        (*fds)[1] = pair[1]
    }
    return r
}

# pipe2(2): as pipe, with O_NONBLOCK or O_CLOEXEC.
fn pipe2(fds: *[int; 2], flags: int) -> int {
    let pair: [i32; 2]
    let r = syscall(SYS_pipe2, &pair, flags)
    if r == 0 {
        (*fds)[0] = pair[0]
        (*fds)[1] = pair[1]
    }
    return r
}

# dup(2): the lowest free descriptor, of the same open file.
fn dup(fd: int) -> int {
    return syscall(SYS_dup, fd)
}

# dup2(2): makes `to` the same open file as `fd`.
fn dup2(fd: int, to: int) -> int {
    return syscall(SYS_dup2, fd, to)
}

# fcntl(2).
fn fcntl(fd: int, command: int, arg: int = 0) -> int {
    return syscall(SYS_fcntl, fd, command, arg)
}

# getdents64(2): as many struct linux_dirent64 as fit; 0 at the end. See dir.r3.
must_use fn getdents64(fd: int, buf: [byte]) -> int {
    return syscall(SYS_getdents64, fd, address(buf), len(buf))
}

# fstat(2).
fn fstat(fd: int, st: *Stat) -> int {
    return syscall(SYS_fstat, fd, st)
}

# stat(2).
fn stat(path: str, st: *Stat) -> int {
    return path_call(SYS_stat, path, st as int)
}

# unlink(2).
fn unlink(path: str) -> int {
    return path_call(SYS_unlink, path)
}

# mkdir(2).
fn mkdir(path: str, mode: int = 0o777) -> int {
    return path_call(SYS_mkdir, path, mode)
}

# chmod(2): sets the permission bits.
fn chmod(path: str, mode: int) -> int {
    return path_call(SYS_chmod, path, mode)
}

# rmdir(2).
fn rmdir(path: str) -> int {
    return path_call(SYS_rmdir, path)
}

# link(2): one more path of a file.
fn link(path: str, to: str) -> int {
    return two_path_call(SYS_link, path, to)
}

# rename(2): another path of a file; what is there goes.
fn rename(path: str, to: str) -> int {
    return two_path_call(SYS_rename, path, to)
}

# readlink(2): where a link points, into `buf`; answers the length.
fn readlink(path: str, buf: [byte]) -> int {
    return path_call(SYS_readlink, path, address(buf) as int, len(buf))
}

# chown(2): -1 leaves an id as it is.
fn chown(path: str, uid: int, gid: int) -> int {
    return path_call(SYS_chown, path, uid, gid)
}

# chdir(2).
fn chdir(path: str) -> int {
    return path_call(SYS_chdir, path)
}

# getcwd(2), as the kernel has it: the path and a NUL into `buf`, answers their length.
fn getcwd(buf: [byte]) -> int {
    return syscall(SYS_getcwd, address(buf), len(buf))
}

# A system call whose first argument is a path (path_resolution(7)): at most 4,095 bytes, else -ENAMETOOLONG.
fn path_call(nr: int, path: str, a: int = 0, b: int = 0) -> int {
    if len(path) < 256 {
        return short_path_call(nr, path, a, b)
    }
    return long_path_call(nr, path, a, b)
}

# path_call for a path that needs little of the stack.
fn short_path_call(nr: int, path: str, a: int, b: int) -> int {
    let c: [byte; 256]
    memcpy(&c[0], address(path), len(path))
    return syscall(nr, &c, a, b)
}

# path_call for any other.
fn long_path_call(nr: int, path: str, a: int, b: int) -> int {
    if len(path) >= 4096 {
        return -ENAMETOOLONG
    }
    let c: [byte; 4096]
    memcpy(&c[0], address(path), len(path))
    return syscall(nr, &c, a, b)
}

# A system call with two paths.
fn two_path_call(nr: int, path: str, to: str) -> int {
    if len(to) >= 4096 {
        return -ENAMETOOLONG
    }
    let c: [byte; 4096]
    memcpy(&c[0], address(to), len(to))
    return path_call(nr, path, &c as int)
}

# mmap(2): the address; failed(p) tells whether it is a negative errno instead.
must_use fn mmap(len: int, prot: int = PROT_READ | PROT_WRITE, flags: int = MAP_PRIVATE | MAP_ANONYMOUS,
    fd: int = -1, offset: int = 0, addr: *byte = nil) -> *byte {
    return syscall(SYS_mmap, addr, len, prot, flags, fd, offset) as *byte
}

# munmap(2).
fn munmap(addr: *byte, len: int) -> int {
    return syscall(SYS_munmap, addr, len)
}

# mprotect(2).
fn mprotect(addr: *byte, len: int, prot: int) -> int {
    return syscall(SYS_mprotect, addr, len, prot)
}

# mremap(2): where the mapping is now; failed(p) as for mmap. MREMAP_MAYMOVE lets it move, MREMAP_FIXED says where to.
must_use fn mremap(addr: *byte, old_len: int, new_len: int, flags: int = 0, new_addr: *byte = nil) -> *byte {
    return syscall(SYS_mremap, addr, old_len, new_len, flags, new_addr) as *byte
}

# madvise(2): MADV_DONTNEED and its kin.
fn madvise(addr: *byte, len: int, advice: int) -> int {
    return syscall(SYS_madvise, addr, len, advice)
}

# mincore(2): a byte in `answers` for each page, 1 if a touch would need no disk; there must be as many as pages.
fn mincore(addr: *byte, len: int, answers: [byte]) -> int {
    return syscall(SYS_mincore, addr, len, address(answers))
}

# msync(2): writes what was changed through a mapping of a file to the disk, and waits for it.
fn msync(addr: *byte, len: int, flags: int = MS_SYNC) -> int {
    return syscall(SYS_msync, addr, len, flags)
}

# fsync(2): writes what was changed in a file to the disk, and waits for it.
fn fsync(fd: int) -> int {
    return syscall(SYS_fsync, fd)
}

# fdatasync(2): the same, but for times and owners.
fn fdatasync(fd: int) -> int {
    return syscall(SYS_fdatasync, fd)
}

# sync(2): writes all that was changed in files to the disk, and waits for it.
fn sync() {
    syscall(SYS_sync)
}

# posix_fadvise(3): POSIX_FADV_DONTNEED drops pages of a file from the page cache, POSIX_FADV_WILLNEED reads them.
fn posix_fadvise(fd: int, offset: int, len: int, advice: int) -> int {
    return syscall(SYS_fadvise64, fd, offset, len, advice)
}

# mlock(2): keeps these pages in memory.
fn mlock(addr: *byte, len: int) -> int {
    return syscall(SYS_mlock, addr, len)
}

# mlock2(2): MLOCK_ONFAULT keeps each page from its first touch on.
fn mlock2(addr: *byte, len: int, flags: int) -> int {
    return syscall(SYS_mlock2, addr, len, flags)
}

# munlock(2): undoes mlock.
fn munlock(addr: *byte, len: int) -> int {
    return syscall(SYS_munlock, addr, len)
}

# mlockall(2): MCL_CURRENT, MCL_FUTURE, and MCL_ONFAULT with either.
fn mlockall(flags: int) -> int {
    return syscall(SYS_mlockall, flags)
}

# munlockall(2): undoes mlockall.
fn munlockall() -> int {
    return syscall(SYS_munlockall)
}

# Where the heap ends, once brk has been asked; nil before.
let heap_end: *byte

# brk(2): moves the end of the heap; 0, or -ENOMEM.
fn brk(end: *byte) -> int {
    heap_end = syscall(SYS_brk, end) as *byte
    if heap_end < end {
        return -ENOMEM
    }
    return 0
}

# sbrk(2): grows the heap by `n` bytes and answers its former end; failed(p) as for mmap.
must_use fn sbrk(n: int) -> *byte {
    if heap_end == nil {
        brk(nil)
    }
    let old = heap_end
    if n != 0 && brk(old + n) < 0 {
        return -ENOMEM as *byte
    }
    return old
}

# Whether a pointer that a system call answered is a negative errno.
fn failed(p: *byte) -> bool {
    let r = p as int
    return -4096 < r && r < 0
}

# nanosleep(2).
fn nanosleep(request: *Timespec, remain: *Timespec = nil) -> int {
    return syscall(SYS_nanosleep, request, remain)
}

# Sleeps for `ms` milliseconds.
fn sleep_ms(ms: int) -> int {
    let request = Timespec(tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1000000)
    return nanosleep(&request)
}

# clock_gettime(2): CLOCK_MONOTONIC, CLOCK_REALTIME.
fn clock_gettime(clock: int, now: *Timespec) -> int {
    return syscall(SYS_clock_gettime, clock, now)
}

# The address of the first byte; nil if there is none.
fn address(data: [byte]) -> *byte {
    if len(data) == 0 {
        return nil
    }
    return &data[0]
}
