#@ input hello
#@ keys ^Z^C
# A shell in small: jobs in groups of their own, the terminal handed to and fro, SIGTTIN, Ctrl-Z and Ctrl-C.
let line: [byte; 64]

# A child in a group of its own that reads a line.
fn start_reader(name: str) -> int {
    let child = fork()
    if child == 0 {
        setpgid()
        let n = read(0, line)
        if n < 0 {
            println("{name}: {errname(n)}")
        } else {
            print("{name} read {line[0..n]}")
        }
        exit(0)
    }
    setpgid(child, child)
    return child
}

fn told(what: str, pid: int) {
    let status = 0
    waitpid(pid, &status, WUNTRACED)
    if WIFSTOPPED(status) {
        println("{what}: stopped by {signame(WSTOPSIG(status))}")
    } else if WIFSIGNALED(status) {
        println("{what}: ended by {signame(WTERMSIG(status))}")
    } else {
        println("{what}: exited {WEXITSTATUS(status)}")
    }
}

signal(SIGTTOU, SIG_IGN)
let own = getpgrp()
println("own group in the foreground: {tcgetpgrp(0) == own}")
let job = start_reader("reader")
told("background read", job)
tcsetpgrp(0, job)
println("foreground is the job: {tcgetpgrp(0) == job}")
kill(-job, SIGCONT)
told("in the foreground", job)
tcsetpgrp(0, own)
let sleeper = fork()
if sleeper == 0 {
    setpgid()
    tcsetpgrp(0, getpgrp())
    sleep_ms(1000)
    println("sleeper: slept")
    exit(5)
}
told("Ctrl-Z", sleeper)
kill(-sleeper, SIGCONT)
told("Ctrl-C", sleeper)
tcsetpgrp(0, own)
println("no group: {errname(tcsetpgrp(0, 999))}, not a terminal: {errname(tcsetpgrp(7, own))}")
if fork() == 0 {
    println("session leader: {errname(setsid() - getpid())}, its terminal: {errname(tcgetpgrp(0))}")
    exit(0)
}
wait()
