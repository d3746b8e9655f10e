# Each call as a C program of the same lines makes it, for its arguments' sake.
let name: [byte; 16]
let n = 0
let text: [byte; 64]
let a = "worker"
fn at(data: [byte]) -> int { return address(data) as int }
syscall(SYS_prctl, 15, at(a))
syscall(SYS_prctl, 16, at(name))
syscall(SYS_prctl, 36, 1)
syscall(SYS_prctl, 37, &n)
syscall(SYS_prctl, 1, SIGTERM)
syscall(SYS_prctl, 2, &n)
syscall(SYS_prctl, 9999, 5, 6, 7, 8)
let v = [at("a"), 1, at("bcd\n"), 4]
syscall(SYS_writev, 1, &v, 2)
syscall(SYS_writev, -1, &v, 1)
syscall(SYS_writev, 1, &v, 0)
let p: [int; 2]
pipe(&p)
write(p[1], "hello world")
syscall(SYS_readv, p[0], &v, 2)
syscall(SYS_ioctl, 0, TCGETS, &text)
syscall(SYS_ioctl, 0, TIOCGWINSZ, &text)
syscall(SYS_ioctl, 0, TIOCGPGRP, &n)
syscall(SYS_ioctl, 0, TIOCSPGRP, &n)
syscall(SYS_ioctl, 0, TIOCGSID, &n)
syscall(SYS_ioctl, p[0], TCGETS, &text)
syscall(SYS_ioctl, 0, 0x1234, 5)
let mask = [1, 0]
syscall(SYS_sched_setaffinity, 0, 16, &mask)
syscall(SYS_sched_getaffinity, 0, 16, &mask)
let usage: Rusage
getrusage(RUSAGE_SELF, &usage)
let st: Stat
stat("/", &st)
fstat(1, &st)
syscall(SYS_lstat, at("/nope\0"), &st)
let u: [byte; 390]
syscall(SYS_uname, &u)
let ts: Timespec
clock_gettime(CLOCK_MONOTONIC, &ts)
let it = [0, 0, 10, 5]
let old: [int; 4]
syscall(SYS_setitimer, 0, &it, &old)
syscall(SYS_getitimer, 0, &it)
syscall(SYS_alarm, 0)
let rl: [int; 2]
syscall(SYS_getrlimit, 7, &rl)
rl[0] = 100
syscall(SYS_setrlimit, 7, &rl)
fn h(sig: int) {}
handle(SIGUSR1, h)
signal(SIGUSR2, SIG_IGN)
let set = 0x4002
syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8)
kill(getpid(), SIGINT)
syscall(SYS_rt_sigpending, &set, 8)
let to = [1, 0]
let info: Siginfo
syscall(SYS_rt_sigtimedwait, &set, &info, &to, 8)
to = [0, 1000]
syscall(SYS_rt_sigtimedwait, &set, &info, &to, 8)
let pf = [p[0] | POLLIN << 32, p[1] | POLLOUT << 32]
syscall(SYS_poll, &pf, 2, 10)
let got = read(p[0], text)
syscall(SYS_poll, &pf, 1, 1)
syscall(SYS_sigaltstack, 0, &old)
fcntl(1, F_GETFL)
fcntl(p[0], F_SETFD, FD_CLOEXEC)
fcntl(p[0], F_GETFD)
fcntl(p[0], F_SETFL, O_NONBLOCK)
fcntl(p[0], F_DUPFD, 10)
fcntl(p[0], F_GETPIPE_SZ)
got = read(p[0], text)
let fd = open("/tmp/f", O_RDWR | O_CREAT | O_TRUNC)
syscall(SYS_pwrite64, fd, at("xyz"), 3, 5)
got = pread(fd, text, 2)
lseek(fd, 0, SEEK_END)
lseek(fd, -3, SEEK_CUR)
syscall(SYS_ftruncate, fd, 3)
rename("/tmp/f", "/tmp/g")
chmod("/tmp/g", 0o600)
syscall(SYS_access, at("/nope\0"), 6)
syscall(SYS_umask, 0o22)
getcwd(text)
syscall(SYS_getresuid, &n, &n, &n)
syscall(SYS_setresuid, 0, -1, 0)
let q = mmap(8192)
let vec: [byte; 2]
mincore(q, 8192, vec)
madvise(q, 4096, MADV_DONTNEED)
mlockall(MCL_CURRENT | MCL_FUTURE)
munlockall()
msync(q, 4096)
q = mremap(q, 8192, 16384, MREMAP_MAYMOVE)
let c = fork()
if c == 0 { exit(3) }
waitid(P_PID, c, &info, WEXITED | WNOWAIT)
syscall(SYS_wait4, c, &n, 0, &usage)
waitpid(-1, &n, WNOHANG)
c = fork()
if c == 0 {
    kill(getpid(), SIGSTOP)
    exit(0)
}
waitpid(c, &n, WUNTRACED)
kill(c, SIGCONT)
waitpid(c, &n)
c = fork()
if c == 0 {
    sleep_ms(3)
    kill(getppid(), SIGUSR1)
    exit(0)
}
let rest: Timespec
to = [5, 0]
syscall(SYS_nanosleep, &to, &rest)
waitpid(c, &n)
c = fork()
if c == 0 { abort() }
waitpid(c, &n)
syscall(334, 1, 2, 3)
posix_fadvise(1, 0, 0, POSIX_FADV_SEQUENTIAL)
syscall(SYS_chown, at("/nope\0"), 1, -1)
syscall(SYS_dup3, 1, 21, O_CLOEXEC)
pipe2(&p, O_CLOEXEC | O_NONBLOCK)
syscall(SYS_unlinkat, -100, at("/nope\0"), 0x200)
