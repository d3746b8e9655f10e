# What locks do to areas: they split and merge, pages come in at once or by touches, and a child has none.
use procfs

const N = 8

# Prints the areas of /proc/self/maps that touch the N pages at p, in pages from p on.
fn areas(p: *byte) {
    let r = Reader(fd: must(open("/proc/self/maps")))
    let line = ""
    while read_line(&r, &line) {
        let dash = index_of(line, '-')
        let start = (hex(line[0..dash]) - p as int) / PAGE_SIZE
        let end = (hex(line[dash + 1..index_of(line, ' ')]) - p as int) / PAGE_SIZE
        if start < N && end > 0 {
            let rights = line[index_of(line, ' ') + 1..]
            print("[{start}-{end} {rights[0..4]}]")
        }
    }
    println("")
    close(r.fd)
}

fn hex(digits: str) -> int {
    let n = 0
    for c in digits {
        let digit = c - '0'
        if c >= 'a' {
            digit = c - 'a' + 10
        }
        n = n * 16 + digit
    }
    return n
}

# Prints which of lo and lf are among the flags of the area at p.
fn flags(p: *byte) {
    let r = Reader(fd: must(open("/proc/self/smaps")))
    let line = ""
    let here = false
    while read_line(&r, &line) {
        let dash = index_of(line, '-')
        if dash > 0 && index_of(line, ':') > dash {
            here = hex(line[0..dash]) <= p as int && (p as int) < hex(line[dash + 1..index_of(line, ' ')])
        }
        if here && starts_with(line, "VmFlags:") {
            if find(line, " lo") >= 0 {
                print("lo ")
            }
            if find(line, " lf") >= 0 {
                print("lf")
            }
            println("")
        }
    }
    close(r.fd)
}

fn locked() -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/self/status", text))
    return number_of(str(text[..n]), "VmLck") * 1024 / PAGE_SIZE
}

fn touch(p: *byte, n: int) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = 1
    }
    return faults() - before
}

fn pages(n: int, flags: int = MAP_PRIVATE, prot: int = PROT_READ | PROT_WRITE) -> *byte {
    return mmap(n * PAGE_SIZE, prot: prot, flags: MAP_ANONYMOUS | flags)
}

let p = pages(N + 2, prot: PROT_NONE) + PAGE_SIZE
let _island = mmap(N * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p)
areas(p)
flags(p)
mlock(p + 2 * PAGE_SIZE, 2 * PAGE_SIZE)
print("mlock: ")
areas(p)
flags(p + 2 * PAGE_SIZE)
mlock(p + 4 * PAGE_SIZE, PAGE_SIZE)
print("one more: ")
areas(p)
mlock2(p + 5 * PAGE_SIZE, PAGE_SIZE, MLOCK_ONFAULT)
print("on fault: ")
areas(p)
flags(p + 5 * PAGE_SIZE)
mlock(p + 5 * PAGE_SIZE, PAGE_SIZE)
print("now at once: ")
areas(p)
mlock2(p, 8 * PAGE_SIZE, MLOCK_ONFAULT)
print("all on fault: ")
areas(p)
flags(p)
println("locked {locked()}")
let before = faults()
let _zero = p[0]
touch(p, 8)
println("faults {faults() - before}")
munlock(p + 3 * PAGE_SIZE, 2 * PAGE_SIZE)
print("munlock: ")
areas(p)
println("locked {locked()}")
munlockall()
print("munlockall: ")
areas(p)
flags(p)
println("locked {locked()}")

mlockall(MCL_FUTURE | MCL_ONFAULT)
let q = pages(4)
flags(q)
flags(p)
println("faults {touch(q, 4)}")
mlockall(MCL_FUTURE)
q = pages(4)
flags(q)
println("faults {touch(q, 4)}")
q = pages(4, prot: PROT_READ)
before = faults()
mprotect(q, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE)
println("mprotect copies: {faults() - before}, then faults {touch(q, 2)}")
let end = ((sbrk(0) as int + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE) as *byte
brk(end)
before = faults()
brk(end + 4 * PAGE_SIZE)
println("brk brings in {faults() - before}, then faults {touch(end, 4)}")
if fork() == 0 {
    println("of a child: locked {locked()}")
    q = pages(4)
    flags(q)
    println("faults {touch(q, 4)}")
    exit(0)
}
wait()
println("child exited 0")
munlockall()
q = pages(4)
flags(q)
println("faults {touch(q, 4)}")
q = pages(4, MAP_PRIVATE | MAP_LOCKED)
flags(q)
println("locked {locked()}")
println("faults {touch(q, 4)}")
q = pages(4, MAP_SHARED | MAP_LOCKED)
println("shared: faults {touch(q, 4)}")
q = pages(4, MAP_PRIVATE | MAP_LOCKED, prot: PROT_NONE)
flags(q)
q = pages(4, MAP_PRIVATE | MAP_POPULATE | MAP_NONBLOCK)
println("nonblock: faults {touch(q, 4)}")
mlock(q, 4 * PAGE_SIZE)
munlock(q, 4 * PAGE_SIZE)
munmap(q, 4 * PAGE_SIZE)
println("locked {locked()}")
q = pages(4, prot: PROT_READ)
before = faults()
mlock(q, 4 * PAGE_SIZE)
println("mlock of what is only read: {faults() - before}")
