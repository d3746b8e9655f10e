# An orphan becomes a child of init, which reaps it. The part with a subreaper is p06_subreaper.
# Left out: "ns init exited 0" (namespaces: the machine ends with its pid 1).
machine { init = script }

fn grandchild(old: int) {
    while getppid() == old {
        sleep_ms(1)
    }
    println("pid {getpid()} parent was {old}, now {getppid()}")
    exit(9)
}

println("subreaper=0")
if fork() == 0 {
    let middle = fork()
    if middle == 0 {
        let me = getpid()
        if fork() == 0 {
            grandchild(me)
        }
        exit(1)
    }
    waitpid(middle)
    exit(0)
}
loop {
    let status = 0
    let pid = wait(&status)
    if pid < 0 {
        break
    }
    println("ns init reaped {pid} status {WEXITSTATUS(status)}")
}
