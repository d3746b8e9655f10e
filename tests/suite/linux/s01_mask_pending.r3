# Blocked signals wait: standard ones once, real-time ones as often as they were sent; SIG_IGN forgets them.
let handled: [int; 65]

fn count(sig: int) {
    handled[sig] += 1
}

let all = ^(0 as uint)
signal(SIGUSR1, count as int)
signal(SIGRTMIN, count as int)
sigprocmask(SIG_BLOCK, all)
for _ in 0..3 {
    kill(getpid(), SIGUSR1)
    kill(getpid(), SIGRTMIN)
}
let waiting: uint
sigpending(&waiting)
let usr1 = sigismember(waiting, SIGUSR1) as int
let rtmin = sigismember(waiting, SIGRTMIN) as int
println("pending USR1 {usr1} RTMIN {rtmin}, handled {handled[SIGUSR1]} {handled[SIGRTMIN]}")
sigprocmask(SIG_UNBLOCK, all)
println("after unblock handled USR1 {handled[SIGUSR1]} (coalesced) RTMIN {handled[SIGRTMIN]} (queued)")
sigprocmask(SIG_BLOCK, all)
kill(getpid(), SIGUSR1)
signal(SIGUSR1, SIG_IGN)
sigpending(&waiting)
println("setting SIG_IGN discards pending: {sigismember(waiting, SIGUSR1) as int}")
signal(SIGUSR1, count as int)
println("sigaction(SIGKILL): {errname(signal(SIGKILL, count as int))}")
println("sigaction(SIGSTOP): {errname(signal(SIGSTOP, SIG_IGN))}")
if fork() == 0 {
    kill(getpid(), SIGKILL)
    exit(0)
}
let status = 0
wait(&status)
println("SIGKILL with everything blocked signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
let mask = sigblocked()
println("mask contains KILL {sigismember(mask, SIGKILL) as int} STOP {sigismember(mask, SIGSTOP) as int}")
