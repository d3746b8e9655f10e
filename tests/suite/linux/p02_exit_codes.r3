# The wait status: eight bits of the exit code in its second byte, the signal in its first.

fn status_after_signal(sig: int) -> int {
    let child = fork()
    if child == 0 {
        kill(getpid(), sig)
        exit(1)
    }
    let status = 0
    waitpid(child, &status)
    return status
}

for code in [0, 1, 42, 127, 128, 255, 256, 257, -1] {
    let child = fork()
    if child == 0 {
        exit(code)
    }
    let status = 0
    waitpid(child, &status)
    println("exit({code}): raw status 0x{status:04x} WEXITSTATUS {WEXITSTATUS(status)}")
}
println("SIGKILL: raw status 0x{status_after_signal(SIGKILL):04x}")
let child = fork()
if child == 0 {
    raise(SIGSTOP)
    loop {
        pause()
    }
}
let status = 0
waitpid(child, &status, WUNTRACED)
println("SIGSTOP: raw status 0x{status:04x}")
kill(child, SIGCONT)
waitpid(child, &status, WCONTINUED)
println("continued: raw status 0x{status:04x}")
kill(child, SIGTERM)
waitpid(child, &status)
println("SIGTERM: raw status 0x{status:04x}")
