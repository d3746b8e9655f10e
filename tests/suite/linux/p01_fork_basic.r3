# fork returns twice; pids count up from 1 in a namespace of its own, and are not used again at once.

# clone(2) into a pid namespace of its own, where `body` runs as process 1.
fn in_namespace(body: fn(int), argument: int) -> int {
    let child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0)
    if child == 0 {
        body(argument)
    }
    return child
}

fn init(_: int) {
    println("ns init: getpid {getpid()} getppid {getppid()}")
    let status = 0
    let child = fork()
    if child == 0 {
        println("child: getpid {getpid()} getppid {getppid()}")
        exit(7)
    }
    let waited = waitpid(child, &status)
    println("fork returned {child}, wait returned {waited}")
    assert WIFEXITED(status)
    println("child exited {WEXITSTATUS(status)}")
    for i in 0..4 {
        child = fork()
        if child == 0 {
            exit(i)
        }
        waitpid(child, &status)
        println("next pid {child} status {WEXITSTATUS(status)}")
    }
    exit(0)
}

let status = 0
waitpid(must(in_namespace(init, 0)), &status)
assert WIFEXITED(status)
println("ns init exited {WEXITSTATUS(status)}")
