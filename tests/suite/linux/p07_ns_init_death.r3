# The init of a pid namespace takes no signal without a handler; its end kills all in the namespace.

let fds: [int; 2]

# clone(2) into a pid namespace of its own, where `body` runs as process 1.
fn in_namespace(body: fn(int), argument: int) -> int {
    let child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0)
    if child == 0 {
        body(argument)
    }
    return child
}

fn init(_: int) {
    for _i in 0..3 {
        if fork() == 0 {
            close(fds[0])
            loop {
                syscall(SYS_pause)
            }
        }
    }
    close(fds[1])
    close(fds[0])
    kill(1, SIGTERM)
    println("init ignores SIGTERM without handler")
    kill(1, SIGKILL)
    println("init ignores its own SIGKILL")
    exit(4)
}

must(pipe(&fds))
let child = must(in_namespace(init, 0))
close(fds[1])
let status = 0
waitpid(child, &status)
assert WIFEXITED(status)
println("ns init exited {WEXITSTATUS(status)}")
let buf: [byte; 1]
println("read after init death: {read(fds[0], buf)} (all 3 descendants killed, write ends closed)")
