# A dirty page of a file that is mapped shared: when its frame is needed it is written to the file, not to the swap device,
# and comes back from there; a clean one is just dropped. Other processes that map it lose it, too, and read the same.
machine { frames = 48, swap = 128 }
use procfs

const PAGES = 8

fn vmstat(name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/vmstat", buf))
    return number_of(str(buf[..n]), name)
}

fn resident(p: *byte) -> int {
    let pages: [byte; PAGES]
    must(syscall(SYS_mincore, p as int, PAGES * PAGE_SIZE, &pages[0] as int))
    let sum = 0
    for it in pages { sum += it as int & 1 }
    return sum
}

fn press() {
    let many = mmap(100 * PAGE_SIZE)
    for i in 0..100 { many[i * PAGE_SIZE] = 1 }
    munmap(many, 100 * PAGE_SIZE)
}

let fd = must(open("/data", O_RDWR | O_CREAT))
must(syscall(SYS_ftruncate, fd, PAGES * PAGE_SIZE))
must(mlockall(MCL_CURRENT))
let p = mmap(PAGES * PAGE_SIZE, flags: MAP_SHARED, fd: fd)
for i in 0..PAGES { p[i * PAGE_SIZE] = 'a' + i as byte }
let written = vmstat("nr_written")
println("in the page cache: {resident(p)} pages, dirty {vmstat("nr_dirty")}")
press()
println("after: {resident(p)} pages, dirty {vmstat("nr_dirty")}, {vmstat("nr_written") - written} written to the file")
let usage: Rusage
getrusage(RUSAGE_SELF, &usage)
let major = usage.ru_majflt
for i in 0..PAGES { assert p[i * PAGE_SIZE] == 'a' + i as byte }
getrusage(RUSAGE_SELF, &usage)
println("read again: {usage.ru_majflt - major} major faults")
let written2 = vmstat("nr_written")
press()
println("clean ones: {resident(p)} pages, {vmstat("nr_written") - written2} written")
if fork() == 0 {
    assert p[0] == 'a'
    p[0] = 'z'
    press()
    assert p[0] == 'z'
    exit(0)
}
wait()
println("what the child wrote: {p[0]:c}")
