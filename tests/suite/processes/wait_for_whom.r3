# waitpid waits for the child that is asked for, whoever ends first; others stay zombies until their turn.
fn start(ms: int, code: int) -> int {
    let pid = fork()
    if pid == 0 {
        sleep_ms(ms)
        exit(code)
    }
    return pid
}

let status = 0
let slow = start(30, 1)
let fast = start(10, 2)
let last = start(50, 3)
assert waitpid(slow, &status) == slow
println("slow first: {WEXITSTATUS(status)}")
assert wait(&status) == fast
println("the fast one waited as a zombie: {WEXITSTATUS(status)}")
let info: Siginfo
assert waitid(P_PID, last, &info, WEXITED | WNOWAIT) == 0
assert info.si_pid == last && info.si_signo == SIGCHLD
println("looked at: code {info.si_code}, status {info.si_status}")
assert wait(&status) == last
println("then reaped: {WEXITSTATUS(status)}")
