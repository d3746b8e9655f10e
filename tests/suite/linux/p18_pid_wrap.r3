# Pids are given out in a circle: after the highest comes 300, not 2.

fn number_in(path: str) -> int {
    let buf: [byte; 32]
    let number = 0
    let n = read_file(path, buf)
    assert parse_int(trim(buf[0..n] as str), &number)
    return number
}

# clone(2) into a pid namespace of its own, where `body` runs as process 1.
fn in_namespace(body: fn(int), argument: int) -> int {
    let child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0)
    if child == 0 {
        body(argument)
    }
    return child
}

fn init(_: int) {
    let most = number_in("/proc/sys/kernel/pid_max")
    let fd = must(open("/proc/sys/kernel/ns_last_pid", O_WRONLY))
    let buf: [byte; 32]
    let n = format(buf, "{most - 3}")
    let written = write(fd, buf[0..n])
    if written != n {
        println("ns_last_pid: {errname(written)}")
    }
    close(fd)
    for i in 0..4 {
        let child = fork()
        if child == 0 {
            exit(0)
        }
        if child > most - 10 {
            print("pid_max-{most - child} ")
        } else {
            print("{child} ")
        }
        if i != 2 {
            waitpid(child)
        }
    }
    print("\n")
    exit(0)
}

let status = 0
waitpid(must(in_namespace(init, 0)), &status)
assert WIFEXITED(status)
println("ns init exited {WEXITSTATUS(status)}")
