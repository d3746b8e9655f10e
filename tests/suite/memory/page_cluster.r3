# vm.page-cluster: 2 to this many slots beside each other are read at once. One major fault brings eight pages then, and the
# others are minor ones that find theirs in the swap cache; on the whole fewer waits for the disk, and more that is read.
machine { frames = 200, swap = 256 }
use procfs

fn now_us() -> int {
    let now: Timespec
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000000 + now.tv_nsec / 1000
}

const PAGES = 64

fn vmstat(name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/vmstat", buf))
    return number_of(str(buf[..n]), name)
}

fn set_cluster(value: str) {
    let fd = must(open("/proc/sys/vm/page-cluster", O_WRONLY))
    must(write(fd, value))
    close(fd)
}

let p = mmap(PAGES * PAGE_SIZE)

fn round(cluster: str) {
    set_cluster(cluster)
    for i in 0..PAGES { p[i * PAGE_SIZE] = i as byte }
    must(madvise(p, PAGES * PAGE_SIZE, MADV_PAGEOUT))
    sleep_ms(10)                           # until all is written
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    let major = usage.ru_majflt
    let minor = usage.ru_minflt
    let read = vmstat("pswpin")
    let from = now_us()
    for i in 0..PAGES { assert p[i * PAGE_SIZE] == i as byte }
    let us = now_us() - from
    getrusage(RUSAGE_SELF, &usage)
    println("page-cluster {cluster}: {usage.ru_majflt - major} major, {usage.ru_minflt - minor} minor faults, {vmstat("pswpin") - read} pages in, {us} µs")
}

must(mlockall(MCL_CURRENT))
munlock(p, PAGES * PAGE_SIZE)
for cluster in ["0", "1", "3"] { round(cluster) }
