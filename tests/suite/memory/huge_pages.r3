# Large pages behind MADV_HUGEPAGE: what makes one, what splits it; faults, AnonHugePages and thp_split_pmd after each step.
#@ view page_table
use procfs

const HUGE = 2097152

fn number(path: str, name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file(path, buf))
    return number_of(str(buf[..n]), name)
}

fn huge() -> int {
    return number("/proc/self/smaps_rollup", "AnonHugePages")
}

fn splits() -> int {
    return number("/proc/vmstat", "thp_split_pmd")
}

# Maps so many pages from a multiple of 2 MiB on.
fn area(pages: int) -> *byte {
    let whole = pages * PAGE_SIZE + 2 * HUGE
    let p = mmap(whole)
    let q = ((p as int + HUGE - 1) / HUGE * HUGE) as *byte
    munmap(p, q as int - p as int)
    munmap(q + pages * PAGE_SIZE, p as int + whole - q as int - pages * PAGE_SIZE)
    madvise(q, pages * PAGE_SIZE, MADV_HUGEPAGE)
    return q
}

let _warm = huge() + splits()
let before = faults()

fn tell(what: str) {
    let now = faults()
    println("{what}: {now - before} faults, {huge()} kB huge, {splits()} splits")
    before = faults()
}

let p = area(1024)
tell("map")
p[0] = 1
tell("write one page")
for i in 0..512 {
    p[i * PAGE_SIZE] = 1
}
tell("write the others")
p[HUGE] = 1
tell("write in the second")
mark("two large pages")
mprotect(p, 2 * HUGE, PROT_READ)
tell("protect all")
mprotect(p, 2 * HUGE, PROT_READ | PROT_WRITE)
p[PAGE_SIZE] = 2
tell("and back, and write")
mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_READ)
p[0] = 5
p[2 * PAGE_SIZE] = 5
tell("protect one page, write beside it")
munmap(p + HUGE + PAGE_SIZE, PAGE_SIZE)
tell("unmap one page of the second")
mark("both are split")
munmap(p, 2 * HUGE)
p = area(512)
p[0] = 1
tell("another one")
if fork() == 0 {
    before = faults()
    tell("the child copies its own pages, of its stack and its globals")
    let _ = p[PAGE_SIZE]
    tell("the child reads")
    p[PAGE_SIZE] = 9
    tell("the child writes")
    p[2 * PAGE_SIZE] = 9
    tell("the child writes again")
    exit(0)
}
wait()
before = faults()
p[0] = 3
p[PAGE_SIZE] = 3
tell("the parent writes")
let pages: [byte; 512]
must(syscall(SYS_mincore, p as int, HUGE, &pages[0] as int))
let resident = 0
for it in pages {
    resident += it as int & 1
}
println("mincore: {resident}")
p = area(511)
before = faults()
for i in 0..511 {
    p[i * PAGE_SIZE] = 1
}
tell("511 pages")
p = area(512)
let tables = number("/proc/self/status", "VmPTE")
p[0] = 1
println("VmPTE grows by {number("/proc/self/status", "VmPTE") - tables} kB")
