# kswapd wakes when fewer frames are free than the low watermark, and makes room ahead of need until the high one; who
# needs frames below the lowest makes room himself. Nothing that was written is lost.
machine { frames = 128, swap = 512 }
use procfs

const PAGES = 300

fn vmstat(name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/vmstat", buf))
    return number_of(str(buf[..n]), name)
}

let memory = mmap(PAGES * PAGE_SIZE)
for page in 0..PAGES { memory[page * PAGE_SIZE] = page as byte }
for page in 0..PAGES { assert memory[page * PAGE_SIZE] == page as byte }
assert vmstat("pswpout") > PAGES - 128 && vmstat("pswpin") > 0
assert vmstat("pgmajfault") > 0 && vmstat("pgfault") > vmstat("pgmajfault")
run("/bin/free", ["free"])
run("/bin/vmstat", ["vmstat"])
