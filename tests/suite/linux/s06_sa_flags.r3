# SA_NODEFER, SA_RESETHAND, and a fault that is blocked, ignored, or handled on a stack that is none.
let calls = 0
let depth = 0
let deepest = 0

fn nest(sig: int) {
    calls += 1
    depth += 1
    if depth > deepest {
        deepest = depth
    }
    if calls < 3 {
        raise(sig)
    }
    depth -= 1
}

# Prints how a child ended.
fn told(name: str) {
    let status = 0
    wait(&status)
    println("{name} signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
}

# A handler that leaves the stack pointer at 16, where no page is.
fn lose_stack(sig: int, info: *Siginfo, context: *SigContext) {
    context.sp = 16
}

fn fault() {
    *(0 as *byte) = 1
}

handle(SIGUSR1, nest)
raise(SIGUSR1)
println("default: calls {calls} max depth {deepest}")
calls = 0
deepest = 0
handle(SIGUSR1, nest, SA_NODEFER)
raise(SIGUSR1)
println("SA_NODEFER: calls {calls} max depth {deepest}")
if fork() == 0 {
    calls = 10
    handle(SIGUSR1, nest, SA_RESETHAND)
    raise(SIGUSR1)
    println("first handled")
    raise(SIGUSR1)
    exit(0)
}
told("SA_RESETHAND second signal")
if fork() == 0 {
    sigprocmask(SIG_BLOCK, ^(0 as uint))
    handle(SIGSEGV, nest)
    fault()
    exit(0)
}
told("SEGV while blocked")
if fork() == 0 {
    signal(SIGSEGV, SIG_IGN)
    fault()
    exit(0)
}
told("SEGV ignored")
if fork() == 0 {
    handle(SIGSEGV, nest)
    handle_info(SIGUSR2, lose_stack)
    raise(SIGUSR2)
    exit(0)
}
told("SEGV handler on a bad stack")
if fork() == 0 {
    handle(SIGSEGV, nest)
    calls = 10
    signal(SIGALRM, SIG_DFL)
    let timer = Itimerval(it_value: Timeval(tv_usec: 300))
    setitimer(ITIMER_REAL, &timer)
    fault()
    exit(0)
}
told("handler that returns refaults forever (limited to 5)")
