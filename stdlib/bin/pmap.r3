# pmap(1): the areas of processes: address, size, rights, what is mapped. -x: how much of them is in memory, and dirty; -d: what
# of the file; -X: nearly all that smaps tells; -q: no sums; -p: whole paths; -A LOW[,HIGH]: only areas in this range.

use procfs
use options
use smaps_table

const EXTENDED = 1
const DEVICE = 2
const QUIET = 4
const PATHS = 8
const TABLE = 16
const NO_PROCESS = 42             # the exit status if one of the processes is not there

let flags = 0
let status = 0
let low = 0
let high = -1 as uint             # the last address

# An area that is being read, and the sums of all.
struct Area {
    start: int
    kib: int
    rss: int
    dirty: int
    rights: [byte; 5]
    offset: int
    major: int
    minor: int
    name: [byte; 128]
    name_len: int
}

# KiB of private memory that may be written, and of shared memory.
let private_kib = 0
let shared_kib = 0

let area: Area
let sum: Area

# What pmap calls an area of this name: the last part of a path.
fn called(name: str) -> str {
    if name == "[stack]" {
        return "  [ stack ]"
    }
    if len(name) == 0 || name[0] == '[' {
        return "  [ anon ]"
    }
    if flags & PATHS != 0 {
        return name
    }
    return name[last_index_of(name, '/') + 1..]
}

# Reads the first line of an area, as in /proc/PID/maps.
fn begin(line: str) {
    let rest = line
    let range = next_word(&rest)
    let rights = next_word(&rest)
    let dash = index_of(range, '-')
    area = Area(start: hexadecimal(range[..dash]))
    area.kib = (hexadecimal(range[dash + 1..]) - area.start) / 1024
    for i in 0..3 {
        area.rights[i] = rights[i]
    }
    area.rights[3] = '-'
    area.rights[4] = '-'
    if rights[3] == 's' {
        area.rights[3] = 's'
    }
    area.offset = hexadecimal(next_word(&rest))
    let device = next_word(&rest)
    area.major = hexadecimal(split(&device, ':'))
    area.minor = hexadecimal(device)
    next_word(&rest)
    area.name_len = format(area.name, "{called(trim(rest))}")
}

# Prints the area that was read, and adds it to the sums.
fn finish() {
    if area.kib == 0 || (area.start as uint) < low as uint || area.start as uint > high {
        area.kib = 0
        return
    }
    let rights = area.rights[0..] as str
    let name = area.name[..area.name_len] as str
    if flags & EXTENDED != 0 {
        println("{area.start:016x} {area.kib:7} {area.rss:7} {area.dirty:7} {rights} {name}")
    } else if flags & DEVICE != 0 {
        println("{area.start:016x} {area.kib:7} {rights} {area.offset:016x} {area.major:03x}:{area.minor:05x} {name}")
    } else {
        println("{area.start:016x} {area.kib:6}K {rights} {name}")
    }
    sum.kib += area.kib
    sum.rss += area.rss
    sum.dirty += area.dirty
    if rights[3] == 's' {
        shared_kib += area.kib
    } else if rights[1] == 'w' {
        private_kib += area.kib
    }
    area.kib = 0
}

# Takes a line behind the first one of an area.
fn detail(line: str) {
    let rest = line
    let name = next_word(&rest)
    let kib = number_at_front(next_word(&rest))
    match name {
        "Rss:" => area.rss = kib
        "Shared_Dirty:" | "Private_Dirty:" => area.dirty += kib
        _ => {}
    }
}

# Prints the areas of a process.
fn map(operand: str) {
    let pid = 0
    let p: Process
    if !parse_int(operand, &pid) || !read_process(&p, pid) {
        status = NO_PROCESS
        return
    }
    let path: [byte; 64]
    let n = format(path, "/proc/{pid}/smaps")
    let fd = open(path[..n] as str)
    if fd < 0 {
        status = 1
        return
    }
    let command: [byte; 256]
    println("{pid}:   {command_line(&p, command)}")
    if flags & TABLE != 0 {
        close(fd)
        smaps_table(path[..n] as str, flags & QUIET == 0, flags & PATHS != 0, low, high)
        return
    }
    let head = flags & QUIET == 0
    if head && flags & EXTENDED != 0 {
        println("Address           Kbytes     RSS   Dirty Mode  Mapping")
    } else if head && flags & DEVICE != 0 {
        println("Address           Kbytes Mode  Offset           Device    Mapping")
    }
    sum = Area()
    private_kib = 0
    shared_kib = 0
    let r = Reader(fd: fd)
    let line: str
    while read_line(&r, &line) {
        if len(line) > 0 && (is_digit(line[0]) || 'a' <= line[0] && line[0] <= 'f') {
            finish()
            begin(line)
        } else {
            detail(line)
        }
    }
    finish()
    close(fd)
    if !head {
        return
    }
    if flags & EXTENDED != 0 {
        println("---------------- ------- ------- ------- ")
        println("total kB         {sum.kib:7} {sum.rss:7} {sum.dirty:7}")
    } else if flags & DEVICE != 0 {
        println("mapped: {sum.kib}K    writeable/private: {private_kib}K    shared: {shared_kib}K")
    } else {
        println(" total {sum.kib:16}K")
    }
}

# Ends with what can be asked for.
fn usage() {
    eprintln("Usage: pmap [-x | -d | -X] [-pq] [-A LOW[,HIGH]] PID...")
    exit(1)
}

# The range of addresses that -A names.
fn range(text: str) {
    let rest = text
    let first = split(&rest, ',')
    if !is_hexadecimal(first) || len(rest) > 0 && !is_hexadecimal(rest) {
        eprintln("pmap: failed to parse argument: '{text}'")
        exit(1)
    }
    low = hexadecimal(first)
    high = low as uint
    if len(rest) > 0 {
        high = hexadecimal(rest) as uint
    }
}

let o = Options(next: 1)
loop {
    match next_option(&o, "xdqpXA:") {
        0 => break
        'x' => flags |= EXTENDED
        'd' => flags |= DEVICE
        'q' => flags |= QUIET
        'p' => flags |= PATHS
        'X' => flags |= TABLE
        _ => range(o.value)
    }
}
if o.next == len(args) {
    usage()
}
for operand in args[o.next..] {
    let pid = 0
    if !parse_int(operand, &pid) {
        usage()
    }
}
for operand in args[o.next..] {
    map(operand)
}
exit(status)
