# time(1): runs a command and tells what it took, as time -p does: real, user and system time, in seconds.

# A line of the report.
fn show(what: str, microseconds: int) {
    let hundredths = microseconds / 10000
    eprintln("{what} {hundredths / 100}.{hundredths % 100:02}")
}

# The time of a clock, in µs.
fn now() -> int {
    let t: Timespec
    clock_gettime(CLOCK_MONOTONIC, &t)
    return t.tv_sec * 1000000 + t.tv_nsec / 1000
}

let first = 1
if len(args) > 1 && args[1] == "-p" {
    first = 2
}
if first >= len(args) {
    eprintln("Usage: time [-p] COMMAND [ARG]...")
    exit(125)
}
let begin = now()
let child = fork()
if child == 0 {
    let r = execvp(args[first], args[first..])
    eprintln("time: cannot run {args[first]}: {strerror(r)}")
    if r == -ENOENT {
        exit(127)
    }
    exit(126)
}
let word: i32
let usage: Rusage
must(syscall(SYS_wait4, must(child), &word, 0, &usage))
let end = now()
if WIFSIGNALED(word) {
    eprintln("Command terminated by signal {WTERMSIG(word)}")
} else if WEXITSTATUS(word) != 0 {
    eprintln("Command exited with non-zero status {WEXITSTATUS(word)}")
}
show("real", end - begin)
show("user", usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec)
show("sys", usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec)
exit(shell_status(word))
