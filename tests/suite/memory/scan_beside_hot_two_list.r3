# two_list on a machine with watermarks and kswapd: 40 pages are used again and again beside a scan over more than there is.
# How often is one of the 40 not there when it is used?
# Used so often, they are nearly as safe under the clock: whoever looks finds them used again. Those that go do so at the first
# look of all, when each page was used since it came; of these some are active as soon as they come back, as they were missed
# so soon. scan_between_uses_two_list has a scan between two uses that is longer.
machine { frames = 128, swap = 512, replacement = two_list }
use procfs

const HOT = 40
const COLD = 300

fn vmstat(name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/vmstat", buf))
    return number_of(str(buf[..n]), name)
}

fn major() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_majflt
}

let hot = mmap(HOT * PAGE_SIZE)
let missed = 0

fn use_hot() {
    let before = major()
    for i in 0..HOT { assert hot[i * PAGE_SIZE] == i as byte }
    missed += major() - before
}

must(mlockall(MCL_CURRENT))
munlock(hot, HOT * PAGE_SIZE)
let cold = mmap(COLD * PAGE_SIZE)
for i in 0..HOT { hot[i * PAGE_SIZE] = i as byte }
for _ in 0..4 { use_hot() }
for i in 0..COLD {
    cold[i * PAGE_SIZE] = 1
    if i % 20 == 19 { use_hot() }
}
println("not there: {missed} of {COLD / 20 * HOT}")
println("kswapd took some: {vmstat("pgsteal_kswapd") > 0}; {vmstat("pgsteal_anon")} pages were taken, {vmstat("pswpin")} came back")
