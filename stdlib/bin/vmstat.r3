# vmstat(8): what memory, devices and CPU do: one line since the start, with DELAY [COUNT] one more each so many seconds.
# -a: active and inactive memory; -w: wide; -S k, K, m or M: the unit; -n: one header only; -y: nothing since the start.
# -s: all counts; -f: forks.

use procfs
use options

const ACTIVE = 1
const WIDE = 2
const ONE_HEADER = 4
const NOT_FIRST = 8
const TOTALS = 16
const FORKS = 32
const HZ = 100
const LINES = 24                  # of a screen whose size nobody knows

let flags = 0
let unit = 1024                   # bytes of the unit of memory
let unit_name: byte = 'K'

# What the kernel tells at one moment.
struct Sample {
    running: int
    blocked: int
    swapped: int                  # KiB, as all memory
    unused: int
    buffers: int
    cache: int
    active: int
    inactive: int
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
    s.active = number_of(info, "Active")
    s.inactive = number_of(info, "Inactive")
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
    let swapped = in_units(b.swapped)
    let unused = in_units(b.unused)
    let third = in_units(b.buffers)
    let fourth = in_units(b.cache)
    if flags & ACTIVE != 0 {
        third = in_units(b.inactive)
        fourth = in_units(b.active)
    }
    si = in_units(si)
    so = in_units(so)
    if flags & WIDE != 0 {
        print("{b.running:4} {b.blocked:4} {swapped:12} {unused:12} {third:12} {fourth:12} {si:4} {so:4} {bi:5} {bo:5}")
        println(" {intr:4} {cs:4} {us:3} {sy:3} {id:3} {wa:3}   0   0")
        return
    }
    print("{b.running:2} {b.blocked:2} {swapped:6} {unused:6} {third:6} {fourth:6} {si:4} {so:4} {bi:5} {bo:5}")
    println(" {intr:4} {cs:4} {us:2} {sy:2} {id:2} {wa:2}  0")
}

# A number of KiB in the unit that is asked for.
fn in_units(kib: int) -> int {
    return kib * 1024 / unit
}

# What stands above the columns.
fn header() {
    let third = "  buff"
    let fourth = " cache"
    if flags & ACTIVE != 0 {
        third = " inact"
        fourth = "active"
    }
    if flags & WIDE != 0 {
        print("--procs-- -----------------------memory---------------------- ---swap-- -----io---- -system--")
        println(" ----------cpu----------")
        print("   r    b         swpd         free       {third}       {fourth}")
        println("   si   so    bi    bo   in   cs  us  sy  id  wa  st  gu")
        return
    }
    println("procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----")
    println(" r  b   swpd   free {third} {fourth}   si   so    bi    bo   in   cs us sy id wa st")
}

# Prints an amount of memory of so many KiB.
fn amount(kib: int, what: str) {
    println("{in_units(kib):13} {unit_name:c} {what}")
}

# -s.
fn totals() {
    let s: Sample
    look(&s)
    let info = info_buf[0..] as str
    let total = number_of(info, "MemTotal")
    let swap = number_of(info, "SwapTotal")
    amount(total, "total memory")
    amount(total - number_of(info, "MemAvailable"), "used memory")
    amount(number_of(info, "Active"), "active memory")
    amount(number_of(info, "Inactive"), "inactive memory")
    amount(s.unused, "free memory")
    amount(s.buffers, "buffer memory")
    amount(s.cache, "swap cache")
    amount(swap, "total swap")
    amount(s.swapped, "used swap")
    amount(swap - s.swapped, "free swap")
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

let o = Options(next: 1)
loop {
    match next_option(&o, "awnysfS:") {
        0 => break
        'a' => flags |= ACTIVE
        'w' => flags |= WIDE
        'n' => flags |= ONE_HEADER
        'y' => flags |= NOT_FIRST
        's' => flags |= TOTALS
        'f' => flags |= FORKS
        _ => {
            unit_name = 0
            if len(o.value) > 0 {
                unit_name = o.value[0]
            }
            match unit_name {
                'b' => unit = 1
                'k' => unit = 1000
                'K' => unit = 1024
                'm' => unit = 1000000
                'M' => unit = 1048576
                _ => {
                    eprintln("vmstat: -S requires k, K, m or M (default is KiB)")
                    exit(1)
                }
            }
        }
    }
}
if flags & FORKS != 0 {
    println("{number_of(text_of("/proc/stat", stat_buf), "processes"):13} forks")
    exit(0)
}
if flags & TOTALS != 0 {
    totals()
    exit(0)
}
let first = o.next
let delay = 0
let count = 1
let endless = false
if first < len(args) {
    delay = operand(args[first])
    if delay < 1 {
        eprintln("vmstat: delay must be positive integer")
        exit(1)
    }
    endless = true
}
if first + 1 < len(args) {
    count = operand(args[first + 1])
    endless = false
}
let before: Sample
let now: Sample
let lines = 0
header()
look(&now)
if flags & NOT_FIRST == 0 {
    line(&before, &now, HZ, max(now.user + now.nice + now.system + now.idle + now.wait, 1))
    lines = 1
    count -= 1
}
while endless || count > 0 {
    sleep_ms(max(delay, 1) * 1000)
    if lines == LINES - 3 && flags & ONE_HEADER == 0 {
        header()
        lines = 0
    }
    before = now
    look(&now)
    line(&before, &now, 1, max(delay, 1))
    lines += 1
    count -= 1
}
