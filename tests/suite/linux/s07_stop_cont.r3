# A stopped process takes no signal but SIGKILL and SIGCONT; a stop is reported once.
use procfs

fn start() -> int {
    let child = fork()
    if child == 0 {
        loop {
            pause()
        }
    }
    return child
}

fn state(pid: int) -> int {
    let process: Process
    assert read_process(&process, pid)
    return process.state
}

let status = 0
let child = start()
while state(child) != 'S' {
    sleep_ms(1)
}
kill(child, SIGSTOP)
waitpid(child, &status, WUNTRACED)
println("stop stopped {signame(WSTOPSIG(status))[3..]}({WSTOPSIG(status)})")
println("state {state(child):c}")
println("stop reported once: {waitpid(child, &status, WUNTRACED | WNOHANG)}")
kill(child, SIGTERM)
sleep_ms(10)
println("TERM to stopped: state {state(child):c}, not dead {(waitpid(child, &status, WNOHANG) == 0) as int}")
kill(child, SIGCONT)
waitpid(child, &status)
println("after CONT signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
child = start()
kill(child, SIGSTOP)
waitpid(child, &status, WUNTRACED)
kill(child, SIGKILL)
waitpid(child, &status)
println("KILL works on stopped signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
