# A handler is told why, sees and changes what it interrupted, runs on another stack, and nests by its mask.
let trace: [byte; 64]
let length = 0

fn note(letter: byte) {
    trace[length] = letter
    length += 1
}

fn told(what: str) {
    println("{what}: {trace[0..length]}")
    length = 0
}

fn with_value(sig: int, info: *Siginfo, context: *SigContext) {
    println("SIGRTMIN + {sig - SIGRTMIN}: code {info.si_code}, value {si_value(info)}, from myself {info.si_pid == getpid()}")
}

fn divide(sig: int, info: *Siginfo, context: *SigContext) {
    println("{signame(sig)}: code {info.si_code}, at the pc {si_addr(info) == context.pc}")
    context.pc += 8
}

fn usr1(sig: int) {
    note('1')
    kill(getpid(), SIGUSR2)
    note('2')
}

fn usr2(sig: int) {
    note('a')
}

let on_alternate = false
let alternate: [byte; 8192]

fn deep(n: int) -> int {
    let room: [byte; 4096]
    room[0] = n as byte
    return deep(n + 1) + room[0]
}

fn overflow(sig: int, info: *Siginfo, context: *SigContext) {
    let here = &context as int
    let base = &alternate as int
    let old: SigStack
    sigaltstack(nil, &old)
    on_alternate = base <= here && here < base + len(alternate) && old.ss_flags == SS_ONSTACK
    println("stack overflow, handled on the other stack: {on_alternate}, EPERM: {sigaltstack(&old) == -EPERM}")
    exit(0)
}

# Real-time signals wait in their order, the lowest number first.
for sig in [SIGRTMIN + 1, SIGRTMIN] {
    handle_info(sig, with_value)
}
sigprocmask(SIG_BLOCK, ^(0 as uint))
for i in 0..2 {
    sigqueue(getpid(), SIGRTMIN + 1, i)
    sigqueue(getpid(), SIGRTMIN, 10 + i)
}
let info: Siginfo
println("taken: {sigwaitinfo(sigmask(SIGRTMIN) | sigmask(SIGRTMIN + 1), &info) - SIGRTMIN}, value {si_value(&info)}")
sigprocmask(SIG_SETMASK, 0)

handle_info(SIGFPE, divide)
let zero = 0
let _result = 1 / zero
println("behind the division")

handle(SIGUSR1, usr1)
handle(SIGUSR2, usr2)
raise(SIGUSR1)
told("nested")
handle(SIGUSR1, usr1, 0, sigmask(SIGUSR2))
raise(SIGUSR1)
told("masked")

setrlimit(RLIMIT_STACK, 160 * 1024)
if fork() == 0 {
    let ss = SigStack(ss_sp: &alternate[0], ss_size: len(alternate))
    must(sigaltstack(&ss))
    handle_info(SIGSEGV, overflow, SA_ONSTACK)
    exit(deep(0))
}
let status = 0
wait(&status)
if fork() == 0 {
    handle_info(SIGSEGV, overflow)
    exit(deep(0))
}
wait(&status)
println("without it: {signame(WTERMSIG(status))}")
