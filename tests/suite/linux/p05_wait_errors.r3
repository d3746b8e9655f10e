# What wait answers without children, with bad options, with several zombies, and when SIGCHLD is ignored.

let status = 0
println("wait without children: {errname(wait(&status))}")
println("waitpid(getpid()): {errname(waitpid(getpid(), &status))}")
println("waitpid(1): {errname(waitpid(1, &status))}")
println("bad options: {errname(waitpid(-1, &status, 0x1000))}")

let fds: [int; 2]
must(pipe(&fds))
let child = fork()
if child == 0 {
    let byte_read: [byte; 1]
    close(fds[1])
    assert read(fds[0], byte_read) == 0
    exit(3)
}
println("WNOHANG while running: {waitpid(child, &status, WNOHANG)}")
close(fds[1])
close(fds[0])
println("then blocking: {(waitpid(child, &status) == child) as int}")
println("child exited {WEXITSTATUS(status)}")

let info: Siginfo
let first = fork()
if first == 0 {
    exit(1)
}
waitid(P_PID, first, &info, WEXITED | WNOWAIT)
let second = fork()
if second == 0 {
    exit(2)
}
waitid(P_PID, second, &info, WEXITED | WNOWAIT)
println("two zombies: first wait(-1) returns the first forked: {(wait(&status) == first) as int}")
println("specific other: {(waitpid(second, &status) == second) as int}")
signal(SIGCHLD, SIG_IGN)
if fork() == 0 {
    exit(0)
}
println("SIGCHLD ignored: wait {errname(wait(&status))}")
