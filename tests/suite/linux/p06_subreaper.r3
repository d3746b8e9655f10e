# An orphan becomes a child of its nearest ancestor that asked for it: the second part of p06_orphan_reparent.
# Left out: what comes before "subreaper=1" (it is p06_orphan_reparent), "ns init exited 0" (namespaces: the machine ends
# with its pid 1).
machine { init = script }

fn grandchild(old: int) {
    while getppid() == old {
        sleep_ms(1)
    }
    println("pid {getpid()} parent was {old}, now {getppid()}")
    exit(9)
}

println("subreaper=1")
if fork() == 0 {
    must(syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1))
    let middle = fork()
    if middle == 0 {
        let me = getpid()
        if fork() == 0 {
            grandchild(me)
        }
        exit(1)
    }
    let status = 0
    waitpid(middle)
    let pid = wait(&status)
    println("subreaper {getpid()} reaps {pid} status {WEXITSTATUS(status)}")
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
