# The wait status: eight bits of the exit code in its second byte, the signal in its first.
# Left out: "SIGSTOP: raw status 0x137f", "continued: raw status 0xffff" (stopping needs the signals of job control).

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
println("SIGTERM: raw status 0x{status_after_signal(SIGTERM):04x}")
