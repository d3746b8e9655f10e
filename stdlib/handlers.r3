# Signal handlers, masks, and waiting for signals: sigaction(2) and its kin.
#
# A set of signals is a uint, bit n - 1 for signal n: sigmask(SIGINT) | sigmask(SIGTERM).

# What a handler is told of a signal from a child or from kill is in a Siginfo (sys.r3); the rest is read with
# si_addr and si_value.

# What comes back when a handler returns. A handler may change it: `context.pc += 8` skips the instruction that faulted.
struct SigContext {
    pc: int                       # the next instruction
    sp: int                       # the window it runs in
    rax: int                      # what the last call returned
    rdx: int
    mask: uint                    # the signals that are held back
}

# stack_t of sigaltstack(2).
struct SigStack {
    ss_sp: *byte
    ss_flags: i32
    ss_size: int
}

# struct itimerval of setitimer(2).
struct Itimerval {
    it_interval: Timeval          # how long after that again; 0 for never
    it_value: Timeval             # how long until SIGALRM; 0 for never
}

# Where handlers return to: their frame says where the program goes on.
fn restore_rt() {
    syscall(SYS_rt_sigreturn)
}

# The set with one signal.
fn sigmask(sig: int) -> uint {
    return (1 << (sig - 1)) as uint
}

# Whether a set has a signal.
fn sigismember(set: uint, sig: int) -> bool {
    return set & sigmask(sig) != 0
}

# sigaction(2): sets and answers what is done when `sig` comes; the restorer is set here.
fn sigaction(sig: int, act: *Sigaction, old: *Sigaction = nil) -> int {
    if act == nil {
        return syscall(SYS_rt_sigaction, sig, 0, old, 8)
    }
    let new = *act
    new.sa_flags = new.sa_flags | SA_RESTORER
    new.sa_restorer = restore_rt as int
    return syscall(SYS_rt_sigaction, sig, &new, old, 8)
}

# Has `f` called with the signal's number when `sig` comes; `mask` is held back meanwhile.
fn handle(sig: int, f: fn(int), flags: int = 0, mask: uint = 0) -> int {
    let act = Sigaction(sa_handler: f as int, sa_flags: flags as uint, sa_mask: mask)
    return sigaction(sig, &act)
}

# As handle, and `f` is also told why the signal came and what it interrupted.
fn handle_info(sig: int, f: fn(int, *Siginfo, *SigContext), flags: int = 0, mask: uint = 0) -> int {
    let act = Sigaction(sa_handler: f as int, sa_flags: (flags | SA_SIGINFO) as uint, sa_mask: mask)
    return sigaction(sig, &act)
}

# signal(2), as the C library has it: SIG_IGN, SIG_DFL, or the address of a handler (`f as int`), whose signal restarts
# the calls that it interrupts.
fn signal(sig: int, action: int) -> int {
    let act = Sigaction(sa_handler: action, sa_flags: SA_RESTART as uint)
    return sigaction(sig, &act)
}

# The address that a fault is about (SIGSEGV, SIGBUS), or of the instruction (SIGFPE, SIGILL).
fn si_addr(info: *Siginfo) -> int {
    return *((info as int + 16) as *int)
}

# What sigqueue sent with the signal.
fn si_value(info: *Siginfo) -> int {
    return *((info as int + 24) as *int)
}

# sigprocmask(2): SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK a set; answers the old one in `old`.
fn sigprocmask(how: int, set: uint, old: *uint = nil) -> int {
    return syscall(SYS_rt_sigprocmask, how, &set, old, 8)
}

# The signals that this thread holds back.
fn sigblocked() -> uint {
    let now: uint
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, &now, 8)
    return now
}

# sigpending(2): the signals that wait because they are held back.
fn sigpending(set: *uint) -> int {
    return syscall(SYS_rt_sigpending, set, 8)
}

# sigsuspend(2): sleeps with another mask until a handler has run; -EINTR.
fn sigsuspend(mask: uint) -> int {
    return syscall(SYS_rt_sigsuspend, &mask, 8)
}

# sigwaitinfo(2): waits for a signal of a set that is held back, takes it, and answers its number.
fn sigwaitinfo(set: uint, info: *Siginfo = nil) -> int {
    return syscall(SYS_rt_sigtimedwait, &set, info, 0, 8)
}

# sigtimedwait(2): the same for so long at most, then -EAGAIN.
fn sigtimedwait(set: uint, info: *Siginfo, timeout: *Timespec) -> int {
    return syscall(SYS_rt_sigtimedwait, &set, info, timeout, 8)
}

# sigqueue(3): sends a signal with a value.
fn sigqueue(pid: int, sig: int, value: int) -> int {
    let info: [int; 16]
    let head = Siginfo(si_signo: sig as i32, si_code: SI_QUEUE)
    memcpy(&info[0] as *byte, &head as *byte, 16)
    info[3] = value
    return syscall(SYS_rt_sigqueueinfo, pid, sig, &info)
}

# raise(3): sends a signal to this thread; its handler has run when this returns.
fn raise(sig: int) -> int {
    return tgkill(getpid(), gettid(), sig)
}

# tgkill(2): sends a signal to a thread.
fn tgkill(tgid: int, tid: int, sig: int) -> int {
    return syscall(SYS_tgkill, tgid, tid, sig)
}

# killpg(3): sends a signal to a process group, 0 for the own.
fn killpg(group: int, sig: int) -> int {
    return kill(-group, sig)
}

# pause(2): sleeps until a handler has run; -EINTR.
fn pause() -> int {
    return syscall(SYS_pause)
}

# alarm(2): SIGALRM after so many seconds, 0 for not; answers what was left of the last one.
fn alarm(seconds: int) -> int {
    return syscall(SYS_alarm, seconds)
}

# setitimer(2): ITIMER_REAL sends SIGALRM, once or again and again.
fn setitimer(which: int, new: *Itimerval, old: *Itimerval = nil) -> int {
    return syscall(SYS_setitimer, which, new, old)
}

# getitimer(2).
fn getitimer(which: int, now: *Itimerval) -> int {
    return syscall(SYS_getitimer, which, now)
}

# sigaltstack(2): the stack for handlers with SA_ONSTACK.
fn sigaltstack(ss: *SigStack, old: *SigStack = nil) -> int {
    return syscall(SYS_sigaltstack, ss, old)
}
