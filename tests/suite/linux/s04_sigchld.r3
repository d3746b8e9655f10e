# SIGCHLD: one handler call for three deaths while it is blocked; killed, stopped and continued children are told.
let calls = 0
let last_status = 0
let last_code = 0
let last_pid = 0

fn child_changed(sig: int, info: *Siginfo, context: *SigContext) {
    calls += 1
    last_status = info.si_status
    last_code = info.si_code
    last_pid = info.si_pid
}

# Starts a child that waits for signals.
fn start() -> int {
    let child = fork()
    if child == 0 {
        loop {
            pause()
        }
    }
    return child
}

handle_info(SIGCHLD, child_changed)
sigprocmask(SIG_BLOCK, sigmask(SIGCHLD))
let info: Siginfo
let children: [int; 3]
for i in 0..3 {
    children[i] = fork()
    if children[i] == 0 {
        exit(i + 10)
    }
    waitid(P_PID, children[i], &info, WEXITED | WNOWAIT)
}
sigprocmask(SIG_UNBLOCK, sigmask(SIGCHLD))
let first = (last_pid == children[0]) as int
let exited = (last_code == CLD_EXITED) as int
println("3 children died while blocked: handler ran {calls}, for the first child {first} status {last_status} CLD_EXITED {exited}")
let reaped = 0
while waitpid(-1, nil, WNOHANG) > 0 {
    reaped += 1
}
println("reaped {reaped}")

calls = 0
let child = start()
kill(child, SIGKILL)
waitid(P_PID, child, &info, WEXITED | WNOWAIT)
println("killed child: handler {calls} CLD_KILLED {(last_code == CLD_KILLED) as int} status {last_status}")
wait()

calls = 0
child = start()
kill(child, SIGSTOP)
waitid(P_PID, child, &info, WSTOPPED)
println("stopped: handler {calls} CLD_STOPPED {(last_code == CLD_STOPPED) as int}")
calls = 0
kill(child, SIGCONT)
waitid(P_PID, child, &info, WCONTINUED)
println("continued: handler {calls} CLD_CONTINUED {(last_code == CLD_CONTINUED) as int}")
kill(child, SIGKILL)
wait()
