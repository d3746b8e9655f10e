# What mlock and its kin refuse, with which errno, and what is locked all the same.
machine { init = script }
use procfs

fn locked() -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/self/status", text))
    return number_of(str(text[..n]), "VmLck") * 1024 / PAGE_SIZE
}

fn pages(n: int, flags: int = 0, prot: int = PROT_READ | PROT_WRITE) -> *byte {
    return mmap(n * PAGE_SIZE, prot: prot, flags: MAP_PRIVATE | MAP_ANONYMOUS | flags)
}

fn answer(p: *byte) -> str {
    if failed(p) {
        return errname(p as int)
    }
    return "an address"
}

fn lock_pages(p: *byte, first: int, n: int) -> str {
    return errname(mlock(p + first * PAGE_SIZE, n * PAGE_SIZE))
}

fn unlock(p: *byte, first: int, n: int) -> str {
    return errname(munlock(p + first * PAGE_SIZE, n * PAGE_SIZE))
}

let nowhere = 0x10000 as *byte
let p = pages(10, prot: PROT_NONE) + PAGE_SIZE
let _island = mmap(8 * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p)
munmap(p + 4 * PAGE_SIZE, PAGE_SIZE)
mprotect(p + 6 * PAGE_SIZE, PAGE_SIZE, PROT_NONE)
println("nothing mapped: {lock_pages(nowhere, 0, 1)}")
println("a hole: {lock_pages(p, 2, 4)}, locked before it: {locked()}")
println("a page without rights: {lock_pages(p, 5, 2)}, locked all the same: {locked()}")
println("unlocked: {unlock(p, 0, 4)}, over a hole: {unlock(p, 0, 6)}, left: {locked()}")
println("unlocked: {unlock(p, 5, 3)}, left: {locked()}")
println("no length: {lock_pages(p, 0, 0)}, even where nothing is mapped: {lock_pages(nowhere, 0, 0)}")
println("odd bytes: {errname(mlock(p + PAGE_SIZE - 1, 2))}, whole pages: {locked()}")
munlockall()
let wraps = errname(mlock(-8192 as *byte, 16384))
println("a range that wraps: {wraps}, a length that wraps: {errname(mlock(p, -1))}, of the kernel: {lock_pages(-8192 as *byte, 0, 1)}")
println("mlock2: {errname(mlock2(p, PAGE_SIZE, 2))}, {errname(mlock2(p, PAGE_SIZE, 3))}, munlockall: {errname(munlockall())}")
println("mlockall: {errname(mlockall(0))} {errname(mlockall(8))} {errname(mlockall(MCL_ONFAULT))} {errname(mlockall(9))}")

let fd = must(open("/tmp/f", O_RDWR | O_CREAT))
let two: [byte; 8192]
write(fd, two)
let f = mmap(4 * PAGE_SIZE, prot: PROT_READ, flags: MAP_SHARED, fd: fd)
println("behind the end of a file: {lock_pages(f, 0, 4)}, locked all the same: {locked()}")
munlockall()

setrlimit(RLIMIT_MEMLOCK, 8 * PAGE_SIZE)
println("root beyond the limit: {lock_pages(f, 0, 2)}")
munlockall()
let q = pages(12)
println("root: {lock_pages(q, 0, 12)}")
munlockall()
setuid(1000)
println("8 pages: {lock_pages(q, 0, 8)}, again: {lock_pages(q, 0, 8)}, shifted by one: {lock_pages(q, 1, 8)}")
println("9 pages: {lock_pages(q, 0, 9)}")
println("MAP_LOCKED: {answer(pages(1, MAP_LOCKED))}")
unlock(q, 0, 4)
let m = pages(4, MAP_LOCKED)
println("4 pages back: {answer(m)}, one more: {answer(pages(1, MAP_LOCKED))}")
munmap(m, 4 * PAGE_SIZE)
println("unmapped pages are none any more: {locked()}")
println("all: {errname(mlockall(MCL_CURRENT))}, all to come: {errname(mlockall(MCL_FUTURE))}")
println("4 more: {answer(pages(4))}, 1 more: {answer(pages(1))}")
let end = ((sbrk(0) as int + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE) as *byte
brk(end)
println("the heap: {errname(brk(end + PAGE_SIZE))}")
println("nor without rights: {answer(pages(1, prot: PROT_NONE))}")
munlockall()
setrlimit(RLIMIT_MEMLOCK, 0)
println("no limit at all: {lock_pages(q, 0, 1)} {errname(mlockall(MCL_FUTURE))} {answer(pages(1, MAP_LOCKED))}")
println("but unlock: {unlock(q, 0, 1)} {errname(munlockall())}")
