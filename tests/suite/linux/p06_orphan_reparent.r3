# An orphan becomes a child of its nearest ancestor that asked for it, else of the namespace's init.

fn grandchild(old: int) {
    while getppid() == old {
        sleep_ms(1)
    }
    println("pid {getpid()} parent was {old}, now {getppid()}")
    exit(9)
}

fn middle(subreaper: bool) {
    if subreaper {
        must(syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1))
    }
    let child = fork()
    if child == 0 {
        let me = getpid()
        if fork() == 0 {
            grandchild(me)
        }
        exit(1)
    }
    waitpid(child)
    if subreaper {
        let status = 0
        let pid = wait(&status)
        println("subreaper {getpid()} reaps {pid} status {WEXITSTATUS(status)}")
    }
    exit(0)
}

# clone(2) into a pid namespace of its own, where `body` runs as process 1.
fn in_namespace(body: fn(int), argument: int) -> int {
    let child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0)
    if child == 0 {
        body(argument)
    }
    return child
}

fn init(subreaper: int) {
    if fork() == 0 {
        middle(subreaper == 1)
    }
    let ended = [-1; 9]
    let status = 0
    let pid = wait(&status)
    while pid > 0 {
        if pid < len(ended) {
            ended[pid] = WEXITSTATUS(status)
        }
        pid = wait(&status)
    }
    for number in 0..len(ended) {
        if ended[number] >= 0 {
            println("ns init reaped {number} status {ended[number]}")
        }
    }
    exit(0)
}

for subreaper in 0..2 {
    println("subreaper={subreaper}")
    let status = 0
    waitpid(must(in_namespace(init, subreaper)), &status)
    assert WIFEXITED(status)
    println("ns init exited {WEXITSTATUS(status)}")
}
