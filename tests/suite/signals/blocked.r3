# A blocked signal waits; it comes when it is let through, and coalesces. SIGKILL can not be blocked.
fn mask(how: int, set: uint) {
    must(syscall(SYS_rt_sigprocmask, how, &set, 0, 8))
}

let usr1 = 1 << (SIGUSR1 - 1)
let child = fork()
if child == 0 {
    mask(SIG_BLOCK, usr1 as uint)
    kill(getpid(), SIGUSR1)
    kill(getpid(), SIGUSR1)
    println("blocked: it goes on")
    mask(SIG_UNBLOCK, usr1 as uint)
    println("never printed")
}
let status = 0
waitpid(child, &status)
println("let through: {signame(WTERMSIG(status))}")
child = fork()
if child == 0 {
    mask(SIG_SETMASK, ^(0 as uint))
    kill(getpid(), SIGTERM)
    kill(getpid(), SIGKILL)
    println("never printed")
}
waitpid(child, &status)
println("SIGKILL comes through: {signame(WTERMSIG(status))}")
