# Processes in fewer lines: start one, read its status, count what it cost.

# Starts a program in a child and answers the child's pid; the child exits with 127 if exec fails.
fn spawn(path: str, args: [str]) -> int {
    let pid = fork()
    if pid == 0 {
        exec(path, args)
        exit(127)
    }
    return pid
}

# Runs a program to its end and answers its wait status, or a negative errno.
fn run(path: str, args: [str]) -> int {
    let pid = spawn(path, args)
    if pid < 0 {
        return pid
    }
    let status = 0
    let r = waitpid(pid, &status)
    if r < 0 {
        return r
    }
    return status
}

# Whether the child exited (wait(2), as all that follow).
fn WIFEXITED(status: int) -> bool {
    return WTERMSIG(status) == 0
}

# What it exited with.
fn WEXITSTATUS(status: int) -> int {
    return status >> 8 & 0xff
}

# Whether a signal ended it.
fn WIFSIGNALED(status: int) -> bool {
    return WTERMSIG(status) != 0 && !WIFSTOPPED(status) && !WIFCONTINUED(status)
}

# Which signal that was.
fn WTERMSIG(status: int) -> int {
    return status & 0x7f
}

# Whether it left a core dump.
fn WCOREDUMP(status: int) -> bool {
    return status & 0x80 != 0
}

# Whether it is stopped.
fn WIFSTOPPED(status: int) -> bool {
    return status & 0xff == 0x7f
}

# By which signal.
fn WSTOPSIG(status: int) -> int {
    return WEXITSTATUS(status)
}

# Whether it went on after a stop.
fn WIFCONTINUED(status: int) -> bool {
    return status == 0xffff
}

# What a shell makes of a wait status: the exit status, or 128 + the signal.
fn shell_status(status: int) -> int {
    if WIFEXITED(status) {
        return WEXITSTATUS(status)
    }
    return 128 + WTERMSIG(status)
}

# The page faults of this process so far, minor and major (getrusage(2)).
fn faults() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_minflt + usage.ru_majflt
}

# How often this process gave the CPU away because it had to wait.
fn voluntary_switches() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_nvcsw
}

# How often the CPU was taken away from it.
fn involuntary_switches() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_nivcsw
}
