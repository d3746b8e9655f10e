# What can a parent learn about how its child ended?
# One number, the wait status: the low 7 bits name the signal that ended it; if there is none, the next byte is what it
# gave to exit, and no more than a byte of that.
fn tell(what: str) {
    let status = 0
    wait(&status)
    if WIFEXITED(status) {
        println("{what:<10} wait status {status:04x}: exited {WEXITSTATUS(status)}")
    } else {
        println("{what:<10} wait status {status:04x}: {signame(WTERMSIG(status))}, {strsignal(WTERMSIG(status))}")
    }
}

if fork() == 0 { exit(3) }
tell("exit(3)")
if fork() == 0 { exit(259) }
tell("exit(259)")
if fork() == 0 { kill(getpid(), SIGTERM) }
tell("SIGTERM")
if fork() == 0 {
    let p: *int = nil
    *p = 1
}
tell("*nil = 1")
if fork() == 0 {
    let zero = 0
    println("{1 / zero}")
}
tell("1 / 0")
