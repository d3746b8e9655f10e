# What /proc tells of pages on the swap device, and how it is drawn; 48 pages where there is room for 24.
#@ view swap
machine { frames = 24, swap = 64, replacement = fifo }
use procfs

const PAGES = 48

fn number(path: str, name: str) -> int {
    let buf: [byte; 2048]
    let n = must(read_file(path, buf))
    return number_of(str(buf[..n]), name)
}

fn word(p: *byte) -> uint {
    let buf: [byte; 8]
    let fd = must(open("/proc/self/pagemap"))
    must(pread(fd, buf, p as int / PAGE_SIZE * 8))
    close(fd)
    return *(&buf[0] as *uint)
}

fn tell(p: *byte) {
    let swapped = 0
    let present = 0
    for i in 0..PAGES {
        let entry = word(p + i * PAGE_SIZE)
        swapped += (entry >> 62 & 1) as int
        present += (entry >> 63) as int
        assert entry >> 62 & 1 == 0 || entry & 31 == 0, "the type of the one swap device is 0"
    }
    println("pagemap: {present} present, {swapped} swapped")
    println("VmSwap {number("/proc/self/status", "VmSwap")}, Swap of smaps {number("/proc/self/smaps_rollup", "Swap")}")
    println("pages out {number("/proc/vmstat", "pswpout")}, in {number("/proc/vmstat", "pswpin")}")
}

mlockall(MCL_CURRENT)
let p = mmap(PAGES * PAGE_SIZE)
for i in 0..PAGES {
    p[i * PAGE_SIZE] = i as byte
}
tell(p)
let sum = 0
for i in 0..PAGES {
    sum += p[i * PAGE_SIZE]
}
println("sum {sum}")
tell(p)
let shared = mmap(12 * PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
for i in 0..12 {
    shared[i * PAGE_SIZE] = 1
}
for i in 0..20 {
    p[i * PAGE_SIZE] = 1
}
show("areas")
mark("before fork")
if fork() == 0 {
    mark("the child names the slots, too")
    exit(0)
}
wait()
