# A fork bomb ends at the limit of the user's processes: fork answers EAGAIN.

must(setgid(64999))
must(setuid(64999))
must(setrlimit(RLIMIT_NPROC, 6))
let quiet: [int; 2]
must(pipe(&quiet))
let children: [int; 64]
let n = 0
let child = fork()
while child > 0 {
    children[n] = child
    n += 1
    child = fork()
}
if child == 0 {
    let buf: [byte; 1]
    exit(read(quiet[0], buf))
}
println("fork failed after {n} children: {errname(child)}")
for pid in children[0..n] {
    kill(pid, SIGKILL)
    waitpid(pid)
}
child = fork()
if child == 0 {
    exit(0)
}
println("after reaping fork works again {(child > 0) as int}")
wait()
