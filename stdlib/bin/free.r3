# free(1): memory in use and free, in KiB. -b: in bytes, -m MiB, -g GiB, -h as people read it; -w parts buffers and cache,
# -l tells of low memory, which is all, -t adds memory and swap, -v tells what is promised; -s SECONDS and -c COUNT: again.

use procfs
use options

const BYTES = 1
const KIBI = 2
const MEBI = 4
const GIBI = 8
const HUMAN = 16
const WIDE = 32
const LOW = 64
const TOTAL = 128
const PROMISED = 256
const UNITS = BYTES | KIBI | MEBI | GIBI | HUMAN

let flags = 0
let out: Formatter

# A number of KiB with a unit, in at most five letters: a digit behind the point if there is room for it.
fn human(kib: int, buf: [byte]) -> str {
    let units = ["Ki", "Mi", "Gi", "Ti", "Pi"]
    if kib == 0 {
        return "0B"
    }
    let size = 1
    for unit in units {
        let tenths = (kib * 10 + size / 2) / size
        if tenths < 100 {
            return buf[..format(buf, "{tenths / 10}.{tenths % 10}{unit}")] as str
        }
        if kib / size < 1000 {
            return buf[..format(buf, "{kib / size}{unit}")] as str
        }
        size *= 1024
    }
    return "?"
}

# Adds a column.
fn column(kib: int) {
    let buf: [byte; 32]
    let text = ""
    if flags & HUMAN != 0 {
        text = human(kib, buf)
    } else {
        let n = kib
        if flags & BYTES != 0 {
            n = kib * 1024
        } else if flags & MEBI != 0 {
            n = kib / 1024
        } else if flags & GIBI != 0 {
            n = kib / 1024 / 1024
        }
        text = buf[..format(buf, "{n}")] as str
    }
    fmt_put(&out, " ")
    fmt_fill(&out, " ", 11 - len(text))
    fmt_put(&out, text)
}

# Prints a line: its name and its columns.
fn row(name: str, columns: [int]) {
    fmt_begin(&out, 1)
    fmt_put(&out, name)
    for kib in columns {
        column(kib)
    }
    fmt_put(&out, "\n")
    fmt_end(&out)
}

# Prints all that is asked for.
fn look() {
    let buf: [byte; 2048]
    let n = read_file("/proc/meminfo", buf)
    if n < 0 {
        eprintln("free: /proc/meminfo: {strerror(n)}")
        exit(1)
    }
    let info = buf[..n] as str
    let total = number_of(info, "MemTotal")
    let unused = number_of(info, "MemFree")
    let available = number_of(info, "MemAvailable")
    let used = total - available
    let shared = number_of(info, "Shmem")
    let buffers = number_of(info, "Buffers")
    let cache = number_of(info, "Cached")
    if flags & WIDE != 0 {
        println("               total        used        free      shared     buffers       cache   available")
        let columns = [total, used, unused, shared, buffers, cache, available]
        row("Mem:   ", columns)
    } else {
        println("               total        used        free      shared  buff/cache   available")
        let columns = [total, used, unused, shared, buffers + cache, available]
        row("Mem:   ", columns)
    }
    if flags & LOW != 0 {
        row("Low:   ", [total, total - unused, unused])
        row("High:  ", [0, 0, 0])
    }
    let swap = number_of(info, "SwapTotal")
    let swap_unused = number_of(info, "SwapFree")
    row("Swap:  ", [swap, swap - swap_unused, swap_unused])
    if flags & TOTAL != 0 {
        row("Total: ", [total + swap, used + swap - swap_unused, unused + swap_unused])
    }
    if flags & PROMISED != 0 {
        let limit = number_of(info, "CommitLimit")
        let promised = number_of(info, "Committed_AS")
        row("Comm:  ", [limit, promised, limit - promised])
    }
}

# Asks for a unit, which none was before.
fn unit(flag: int) {
    if flags & (UNITS &^ flag) != 0 {
        eprintln("free: Multiple unit options don't make sense.")
        exit(1)
    }
    flags |= flag
}

let seconds = 0
let count = 0
let o = Options(next: 1)
loop {
    match next_option(&o, "bkmghwltvs:c:") {
        0 => break
        'b' => unit(BYTES)
        'k' => unit(KIBI)
        'm' => unit(MEBI)
        'g' => unit(GIBI)
        'h' => unit(HUMAN)
        'w' => flags |= WIDE
        'l' => flags |= LOW
        't' => flags |= TOTAL
        'v' => flags |= PROMISED
        's' => {
            if !parse_int(o.value, &seconds) {
                eprintln("free: seconds argument failed: '{o.value}': Invalid argument")
                exit(1)
            }
            if seconds < 1 {
                eprintln("free: seconds argument `{o.value}' is not positive number")
                exit(1)
            }
        }
        _ => {
            if !parse_int(o.value, &count) {
                eprintln("free: failed to parse count argument: '{o.value}'")
                exit(1)
            }
            if count < 1 {
                eprintln("free: failed to parse count argument: '{o.value}': Numerical result out of range")
                exit(1)
            }
        }
    }
}
look()
if count == 0 && seconds > 0 {
    count = -1
}
while count < 0 || count > 1 {
    sleep_ms(max(seconds, 1) * 1000)
    println("")
    look()
    count -= 1
}
