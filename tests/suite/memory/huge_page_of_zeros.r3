# Large pages without room: 512 frames of zeros serve all who read; where there are no 512 in a row for who writes, pages are
# small, and thp_fault_fallback counts that.
#@ trace line=39,line=43,line=45
machine { ram = 2000 * 4096 }
use procfs

const HUGE = 2097152

fn vmstat(name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/vmstat", buf))
    return number_of(str(buf[..n]), name)
}

fn huge() -> int {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/self/smaps_rollup", buf))
    return number_of(str(buf[..n]), "AnonHugePages")
}

fn area() -> *byte {
    let p = mmap(2 * HUGE)
    let q = ((p as int + HUGE - 1) / HUGE * HUGE) as *byte
    must(madvise(q, HUGE, MADV_HUGEPAGE))
    return q
}

fn tell(what: str) {
    let zeros = vmstat("thp_zero_page_alloc")
    let large = vmstat("thp_fault_alloc")
    let small = vmstat("thp_fault_fallback")
    println("{what}: {huge()} kB, {zeros} of zeros made, {large} large faults, {small} small instead")
}

let a = area()
let b = area()
let c = area()
tell("mapped")
let _x = a[0]
let _y = b[PAGE_SIZE]
mark("two large pages of the same zeros")
tell("two are read")
a[5] = 1
tell("one is written")
b[5] = 1
tell("the other is written")
c[0] = 1
tell("a third is written")
munmap(b, HUGE)
c[HUGE - 1] = 1
tell("nobody maps the zeros any more")
