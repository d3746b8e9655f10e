# /proc tells of this process: its name, state, parent, descriptors and memory.
use procfs

program snail(args: [str]) {
    let p: Process
    assert read_process(&p, getpid())
    println("{comm_of(&p)} {p.state:c} child of {p.ppid == getppid()}")
    let line: [byte; 64]
    println("cmdline: {command_line(&p, line)}")
}

let p: Process
assert !read_process(&p, 999)
println("run: {WEXITSTATUS(run("/bin/snail", ["slug", "-x", "y"]))}")
let child = fork()
if child == 0 {
    sleep_ms(50)
    exit(0)
}
sleep_ms(5)
assert read_process(&p, child)
println("asleep: {p.state:c}")
kill(child, SIGKILL)
let info: Siginfo
waitid(P_PID, child, &info, WEXITED | WNOWAIT)
assert read_process(&p, child)
println("killed: {p.state:c}, memory {p.rss}")
wait()
println("reaped: {read_process(&p, child)}")
println("no such file: {errname(open("/proc/self/nothing"))}")
