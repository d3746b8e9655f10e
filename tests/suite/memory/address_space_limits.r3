# RLIMIT_AS bounds all areas, RLIMIT_DATA those that are private and written: in mmap, brk, mprotect, and as a stack grows.
machine { init = script }
use procfs

const RW = PROT_READ | PROT_WRITE

fn pages_of(name: str) -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/self/status", text))
    return number_of(str(text[..n]), name) * 1024 / PAGE_SIZE
}

fn map(n: int, prot: int = RW, shared: int = MAP_PRIVATE) -> str {
    last = mmap(n * PAGE_SIZE, prot: prot, flags: shared | MAP_ANONYMOUS)
    return answer(last)
}

fn answer(p: *byte) -> str {
    if failed(p) {
        return errname(p as int)
    }
    return "an address"
}

fn protect(p: *byte, first: int, n: int, prot: int = RW) -> str {
    return errname(mprotect(p + first * PAGE_SIZE, n * PAGE_SIZE, prot))
}

fn deep(n: int) -> int {
    let three: [byte; 12288]
    three[0] = 1
    three[12287] = 1
    if n == 0 {
        return 0
    }
    return deep(n - 1) + three[0] as int
}

fn ended(name: str) {
    let status = 0
    wait(&status)
    if WIFSIGNALED(status) {
        println("{name} {signame(WTERMSIG(status))}")
    } else {
        println("{name} exited {WEXITSTATUS(status)}")
    }
}

let last: *byte
let end = ((sbrk(0) as int + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE) as *byte
brk(end)
let p = mmap(42 * PAGE_SIZE, prot: PROT_NONE) + PAGE_SIZE
let _island = mmap(40 * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p)
let read_only = mmap(8 * PAGE_SIZE, prot: PROT_READ)

setrlimit(RLIMIT_AS, (pages_of("VmSize") + 8) * PAGE_SIZE, -1)
print("RLIMIT_AS: 9 pages: {map(9)}, 8 without rights: {map(8, PROT_NONE)}")
let eight = last
println(", 1 more: {map(1, PROT_READ)}")
let over = mmap(4 * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p)
println("what replaces: {answer(over)}, brk: {errname(brk(end + PAGE_SIZE))}, mprotect: {protect(p, 0, 1, PROT_READ)}")
if fork() == 0 {
    println("fork is no matter: {map(1)}")
    exit(0)
}
ended("a child that maps")
if fork() == 0 {
    deep(200)
    exit(0)
}
ended("its stack")
setrlimit(RLIMIT_AS, -1)
munmap(eight, 8 * PAGE_SIZE)

setrlimit(RLIMIT_DATA, (pages_of("VmData") + 8) * PAGE_SIZE, -1)
println("RLIMIT_DATA: 9 pages: {map(9)}, only read: {map(9, PROT_READ)}, shared: {map(9, RW, MAP_SHARED)}")
let executed = protect(p, 4, 4, RW | PROT_EXEC)
println("8 become data: {protect(read_only, 0, 8)}, what is data: {executed}, 1 more: {map(1)}")
println("8 are none any more: {protect(read_only, 0, 8, PROT_READ)}, 8 others: {map(8)}, back: {protect(read_only, 0, 1)}")
println("4 not: {protect(p, 8, 4, PROT_READ)}, 5: {protect(read_only, 0, 5)}, 4: {protect(read_only, 0, 4)}")
if fork() == 0 {
    deep(200)
    exit(0)
}
ended("its stack")
setrlimit(RLIMIT_DATA, 0, -1)
println("0 is none: {map(1)}")
setrlimit(RLIMIT_DATA, 0)
println("but a hard 0 is: {map(1)}")
if fork() == 0 {
    setrlimit(RLIMIT_AS, 16 * PAGE_SIZE)
    exec("/bin/true", ["true"])
    exit(127)
}
ended("a program that does not fit")
