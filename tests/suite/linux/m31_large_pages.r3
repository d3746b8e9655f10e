# Large pages behind MADV_HUGEPAGE: what makes one, splits it, moves it, and what it costs; for each step the faults,
# AnonHugePages and LazyFree in kB, and how VmPTE grew. The C program lies beside.
use procfs

const HUGE = 2097152
const RW = PROT_READ | PROT_WRITE

let before: int
let tables: int
let quiet: bool

fn number(path: str, name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file(path, buf))
    return number_of(str(buf[..n]), name)
}

fn tell(what: str) {
    let now = faults()
    let huge = number("/proc/self/smaps_rollup", "AnonHugePages")
    let lazy = number("/proc/self/smaps_rollup", "LazyFree")
    let pte = number("/proc/self/status", "VmPTE")
    let more = pte - tables
    let sign = "+"
    if more < 0 {
        sign = "-"
        more = -more
    }
    if !quiet {
        println("{what}: {now - before} faults, {huge} huge, {lazy} lazy, tables {sign}{more}")
    }
    tables = pte
    before = faults()
}

fn warm() {
    quiet = true
    tell("")
    tell("")
    quiet = false
    before = faults()
}

fn area(at: *byte, n: int, prot: int) {
    let _there = mmap(n, prot: prot, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: at)
    madvise(at, n, MADV_HUGEPAGE)
}

fn page(p: *byte, number: int) -> *byte {
    return p + number * PAGE_SIZE
}

let room = mmap(16 * HUGE, prot: PROT_NONE)
let p = ((room as int + HUGE) / HUGE * HUGE) as *byte
# The tables above are there from now on, wherever the area came to lie.
mprotect(room, PAGE_SIZE, RW)
*room = 1
warm()
area(p, 2 * HUGE, RW)
tables = number("/proc/self/status", "VmPTE")
before = faults()
let _a = *page(p, 5)
tell("read")
let _b = *page(p, 7)
tell("read beside it")
*page(p, 9) = 1
tell("write")
*page(p, 100) = 1
tell("write beside it")
*page(p + HUGE, 3) = 1
tell("write the second")
if fork() == 0 {
    warm()
    let _c = *p + *page(p, 200)
    tell("the child reads")
    *page(p, 3) = 2
    tell("the child writes")
    *page(p, 4) = 2
    tell("the child writes beside it")
    let _d = *page(p, 5)
    tell("the child reads beside it")
    exit(0)
}
wait()
warm()
*page(p, 3) = 5
*page(p, 4) = 5
tell("the parent writes twice")
*page(p + HUGE, 4) = 5
tell("the parent writes the second")
let q = mremap(p + HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + 4 * HUGE)
q[1] = 1
tell("move by a multiple of 2 MiB, write")
q = mremap(q, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + 6 * HUGE + PAGE_SIZE)
q[1] = 1
tell("move elsewhere, write")
munmap(q, HUGE)
area(p, 2 * HUGE, RW)
tell("unmap all")
for i in 0..1024 {
    *page(p, i) = 1
}
tell("write all of two")
madvise(p, HUGE, MADV_FREE)
tell("MADV_FREE of one")
let _e = *p
tell("read it")
*p = 1
tell("write it")
madvise(p, HUGE, MADV_DONTNEED)
tell("MADV_DONTNEED of one")
let _f = *p
tell("read it")
madvise(p, 4 * PAGE_SIZE, MADV_DONTNEED)
tell("MADV_DONTNEED of a part")
let _g = *page(p, 100) + *p
tell("read both parts")
*page(p, 100) = 1
tell("write")
mprotect(p + HUGE, 4 * PAGE_SIZE, PROT_READ)
tell("mprotect of a part of the other")
munmap(p, 2 * HUGE)
area(p, HUGE, PROT_READ)
tables = number("/proc/self/status", "VmPTE")
before = faults()
let _h = *p
tell("read where nobody may write")
mprotect(p, HUGE, RW)
*p = 1
tell("allow it, write")
mprotect(p, HUGE, PROT_NONE)
mprotect(p, HUGE, RW)
*page(p, 5) = 1
tell("forbid all, allow it, write")
area(p, HUGE, RW)
let _i = *p
munmap(p, PAGE_SIZE)
tell("read one anew, unmap a part")
*page(p, 2) = 1
let _j = *page(p, 3)
tell("write, read")
