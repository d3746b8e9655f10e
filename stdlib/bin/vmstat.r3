# vmstat(8): what memory, devices and CPU do: one line since the start, with DELAY [COUNT] one more each so many seconds;
# -s: all counts.

use procfs
use options

const TOTALS = 1
const HZ = 100

# What the kernel tells at one moment.
struct Sample {
    running: int
    blocked: int
    swapped: int                  # KiB, as all memory
    unused: int
    buffers: int
    cache: int
    swap_in: int                  # pages
    swap_out: int
    block_in: int                 # KiB
    block_out: int
    interrupts: int
    switches: int
    user: int                     # ticks, as all CPU time
    nice: int
    system: int
    idle: int
    wait: int
}

let stat_buf: [byte; 2048]
let info_buf: [byte; 2048]
let events_buf: [byte; 2048]

# A file of /proc, as text.
fn text_of(path: str, buf: [byte]) -> str {
    let n = read_file(path, buf)
    if n < 0 {
        eprintln("vmstat: {path}: {strerror(n)}")
        exit(1)
    }
    return buf[..n] as str
}

# Takes a sample.
fn look(s: *Sample) {
    let counts = text_of("/proc/stat", stat_buf)
    s.running = number_of(counts, "procs_running")
    s.blocked = number_of(counts, "procs_blocked")
    s.interrupts = number_of(counts, "intr")
    s.switches = number_of(counts, "ctxt")
    let cpu = counts[3..]
    s.user = number_at_front(next_word(&cpu))
    s.nice = number_at_front(next_word(&cpu))
    s.system = number_at_front(next_word(&cpu))
    s.idle = number_at_front(next_word(&cpu))
    s.wait = number_at_front(next_word(&cpu))
    let info = text_of("/proc/meminfo", info_buf)
    s.swapped = number_of(info, "SwapTotal") - number_of(info, "SwapFree")
    s.unused = number_of(info, "MemFree")
    s.buffers = number_of(info, "Buffers")
    s.cache = number_of(info, "Cached")
    let events = text_of("/proc/vmstat", events_buf)
    s.swap_in = number_of(events, "pswpin")
    s.swap_out = number_of(events, "pswpout")
    s.block_in = number_of(events, "pgpgin")
    s.block_out = number_of(events, "pgpgout")
}

# Prints what happened between two samples, the counts a second: each times `scale`, by `parts`.
fn line(a: *Sample, b: *Sample, scale: int, parts: int) {
    let half = parts / 2
    let si = ((b.swap_in - a.swap_in) * 4 * scale + half) / parts
    let so = ((b.swap_out - a.swap_out) * 4 * scale + half) / parts
    let bi = ((b.block_in - a.block_in) * scale + half) / parts
    let bo = ((b.block_out - a.block_out) * scale + half) / parts
    let intr = ((b.interrupts - a.interrupts) * scale + half) / parts
    let cs = ((b.switches - a.switches) * scale + half) / parts
    let user = b.user + b.nice - a.user - a.nice
    let system = b.system - a.system
    let idle = b.idle - a.idle
    let wait = b.wait - a.wait
    let all = user + system + idle + wait
    if all == 0 {
        all = 1
        idle = 1
    }
    let us = (100 * user + all / 2) / all
    let sy = (100 * system + all / 2) / all
    let id = (100 * idle + all / 2) / all
    let wa = (100 * wait + all / 2) / all
    print("{b.running:2} {b.blocked:2} {b.swapped:6} {b.unused:6} {b.buffers:6} {b.cache:6} {si:4} {so:4} {bi:5} {bo:5}")
    println(" {intr:4} {cs:4} {us:2} {sy:2} {id:2} {wa:2}  0")
}

# -s.
fn totals() {
    let s: Sample
    look(&s)
    let info = info_buf[0..] as str
    let total = number_of(info, "MemTotal")
    let swap = number_of(info, "SwapTotal")
    println("{total:13} K total memory")
    println("{total - number_of(info, "MemAvailable"):13} K used memory")
    println("{number_of(info, "Active"):13} K active memory")
    println("{number_of(info, "Inactive"):13} K inactive memory")
    println("{s.unused:13} K free memory")
    println("{s.buffers:13} K buffer memory")
    println("{s.cache:13} K swap cache")
    println("{swap:13} K total swap")
    println("{s.swapped:13} K used swap")
    println("{swap - s.swapped:13} K free swap")
    println("{s.user:13} non-nice user cpu ticks")
    println("{s.nice:13} nice user cpu ticks")
    println("{s.system:13} system cpu ticks")
    println("{s.idle:13} idle cpu ticks")
    println("{s.wait:13} IO-wait cpu ticks")
    let others = ["IRQ", "softirq", "stolen", "non-nice guest", "nice guest"]
    for name in others {
        println("{0:13} {name} cpu ticks")
    }
    println("{s.block_in:13} K paged in")
    println("{s.block_out:13} K paged out")
    println("{s.swap_in:13} pages swapped in")
    println("{s.swap_out:13} pages swapped out")
    println("{s.interrupts:13} interrupts")
    println("{s.switches:13} CPU context switches")
    println("{number_of(stat_buf[0..] as str, "btime"):13} boot time")
    println("{number_of(stat_buf[0..] as str, "processes"):13} forks")
}

# The number that an operand is.
fn operand(text: str) -> int {
    let n = 0
    if !parse_int(text, &n) {
        eprintln("vmstat: failed to parse argument: '{text}'")
        exit(1)
    }
    return n
}

let flags = 0
let first = options("s", &flags)
if flags & TOTALS != 0 {
    totals()
    exit(0)
}
let delay = 0
let count = 1
if first < len(args) {
    delay = operand(args[first])
    if delay < 1 {
        eprintln("vmstat: delay must be positive integer")
        exit(1)
    }
    count = -1
}
if first + 1 < len(args) {
    count = operand(args[first + 1])
}
let before: Sample
let now: Sample
println("procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----")
println(" r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st")
look(&now)
line(&before, &now, HZ, max(now.user + now.nice + now.system + now.idle + now.wait, 1))
while count < 0 || count > 1 {
    sleep_ms(delay * 1000)
    before = now
    look(&now)
    line(&before, &now, 1, delay)
    count -= 1
}
