# setrlimit and prlimit64: soft below hard, raised by root only, inherited by a child.

fn show(what: str, resource: int) {
    let limit: Rlimit
    must(getrlimit(resource, &limit))
    let soft = limit.rlim_cur as int
    let hard = limit.rlim_max as int
    println("{what}: {soft} {hard}")
}

show("NOFILE", RLIMIT_NOFILE)
show("STACK", RLIMIT_STACK)
show("CORE", RLIMIT_CORE)
show("AS", RLIMIT_AS)
println("no such resource: {errname(setrlimit(16, 1))}")
println("soft above hard: {errname(setrlimit(RLIMIT_NOFILE, 10, 9))}")
println("beyond nr_open: {errname(setrlimit(RLIMIT_NOFILE, 10, 1 << 30))}")
println("lower: {errname(setrlimit(RLIMIT_NOFILE, 20, 30))}")
println("root raises: {errname(setrlimit(RLIMIT_NOFILE, 20, 40))}")
println("bad pointer: {errname(syscall(SYS_setrlimit, RLIMIT_CORE, 8))}")
println("nobody: {errname(syscall(SYS_prlimit64, 99, RLIMIT_CORE, 0, 0))}")
if fork() == 0 {
    show("child's NOFILE", RLIMIT_NOFILE)
    must(setuid(1000))
    println("user raises: {errname(setrlimit(RLIMIT_NOFILE, 20, 50))}")
    println("user raises soft: {errname(setrlimit(RLIMIT_NOFILE, 40, 40))}")
    println("of root's: {errname(syscall(SYS_prlimit64, 1, RLIMIT_CORE, 0, 0))}")
    println("F_DUPFD beyond: {errname(fcntl(1, F_DUPFD, 40))}")
    println("dup2 to the last: {dup2(1, 39)}")
    println("then none is free from there on: {errname(fcntl(1, F_DUPFD, 39))}")
    exit(0)
}
wait()
fn deep(n: int) -> int {
    let page: [byte; 4096]
    page[n] = 1
    if n == 0 {
        return 0
    }
    return deep(n - 1) + page[n]
}
if fork() == 0 {
    must(setrlimit(RLIMIT_STACK, 65536))
    deep(100)
    exit(0)
}
let status = 0
wait(&status)
println("a stack of 64 KiB: {signame(WTERMSIG(status))}")
println("of 8 MiB: {deep(100)}")
