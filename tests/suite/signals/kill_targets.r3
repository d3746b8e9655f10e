# To whom kill sends: a process, a group, nobody; and the signals that do nothing by default.
println("nobody: {errname(kill(99999, SIGTERM))}, bad signal: {errname(kill(getpid(), 65))}, {errname(kill(1, 0))}")
for sig in [SIGCHLD, SIGURG, SIGWINCH, SIGCONT] {
    kill(getpid(), sig)
}
println("still here")
let leader = 0
for i in 0..3 {
    let child = fork()
    if child == 0 {
        sleep_ms(10000)
        exit(0)
    }
    if i == 0 {
        leader = child
    }
    must(syscall(SYS_setpgid, child, leader))
}
println("group: {errname(kill(-leader, SIGINT))}")
let status = 0
while wait(&status) > 0 {
    println("{signame(WTERMSIG(status))}")
}
println("group is gone: {errname(kill(-leader, 0))}")
