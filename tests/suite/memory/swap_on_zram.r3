# The swap device is compressed memory (zram) and answers at once: nobody waits. See swap_on_disk.r3.: 24 frames, 40 pages, twice.
machine { frames = 24, swap = 64, swap_device = zram, replacement = fifo }
use procfs

fn now_us() -> int {
    let now: Timespec
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000000 + now.tv_nsec / 1000
}

const PAGES = 40

fn vmstat(name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/vmstat", buf))
    return number_of(str(buf[..n]), name)
}

must(mlockall(MCL_CURRENT))
let p = mmap(PAGES * PAGE_SIZE)
for i in 0..PAGES { p[i * PAGE_SIZE] = i as byte }
let usage: Rusage
getrusage(RUSAGE_SELF, &usage)
let before = usage
let pages_in = vmstat("pswpin")
let from = now_us()
for i in 0..PAGES { assert p[i * PAGE_SIZE] == i as byte }
let us = now_us() - from
getrusage(RUSAGE_SELF, &usage)
println("{usage.ru_majflt - before.ru_majflt} major, {usage.ru_minflt - before.ru_minflt} minor faults")
println("{vmstat("pswpin") - pages_in} pages in, {us} µs")
println("slept {usage.ru_nvcsw - before.ru_nvcsw} times, in the swap cache {vmstat("nr_swapcached")}")
