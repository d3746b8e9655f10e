# RLIMIT_AS bounds the address space, heuristic overcommit a single request, RLIMIT_MEMLOCK what is locked without root.

fn answer(p: *byte) -> str {
    if failed(p) {
        return errname(p as int)
    }
    return "OK"
}

fn ended(name: str) {
    let status = 0
    wait(&status)
    println("{name} exited {WEXITSTATUS(status)}")
}

if fork() == 0 {
    setrlimit(RLIMIT_AS, 64 << 20)
    let n = 0
    let last = mmap(1 << 20)
    while !failed(last) {
        n += 1
        last = mmap(1 << 20)
    }
    let fits = 0
    if n >= 55 && n <= 63 {
        fits = 1
    }
    println("1 MiB maps under 64 MiB: between 55 and 63 {fits}, then {errname(last as int)}")
    exit(0)
}
ended("RLIMIT_AS")
println("mmap 1 TiB under heuristic overcommit: {answer(mmap(1 << 40))}")
let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
println("with NORESERVE: {answer(mmap(1 << 40, flags: flags))}")
if fork() == 0 {
    setrlimit(RLIMIT_MEMLOCK, 8 * PAGE_SIZE)
    setuid(65534)
    let p = mmap(16 * PAGE_SIZE)
    println("mlock 8: {errname(mlock(p, 8 * PAGE_SIZE))}")
    println("mlock 9: {errname(mlock(p, 9 * PAGE_SIZE))}")
    exit(0)
}
ended("RLIMIT_MEMLOCK as nobody")
