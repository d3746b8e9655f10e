# pmap(1): the areas of processes: address, size, rights, what is mapped; -x: how much of them is in memory, and dirty.

use procfs
use options

const EXTENDED = 1
const NO_PROCESS = 42             # the exit status if one of the processes is not there

let flags = 0
let status = 0

# An area that is being read, and the sums of all.
struct Area {
    start: int
    kib: int
    rss: int
    dirty: int
    rights: [byte; 5]
    name: [byte; 128]
    name_len: int
}

let area: Area
let sum: Area

# The hexadecimal number that a text is.
fn hexadecimal(text: str) -> int {
    let n = 0
    for c in text {
        if is_digit(c) {
            n = n * 16 + (c - '0')
        } else {
            n = n * 16 + (c - 'a') + 10
        }
    }
    return n
}

# What pmap calls an area of this name: the last part of a path.
fn called(name: str) -> str {
    if name == "[stack]" {
        return "  [ stack ]"
    }
    if len(name) == 0 || name[0] == '[' {
        return "  [ anon ]"
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
    for _ in 0..3 {
        next_word(&rest)
    }
    area.name_len = format(area.name, "{called(trim(rest))}")
}

# Prints the area that was read, and adds it to the sums.
fn finish() {
    if area.kib == 0 {
        return
    }
    let rights = area.rights[0..] as str
    let name = area.name[..area.name_len] as str
    if flags & EXTENDED != 0 {
        println("{area.start:016x} {area.kib:7} {area.rss:7} {area.dirty:7} {rights} {name}")
    } else {
        println("{area.start:016x} {area.kib:6}K {rights} {name}")
    }
    sum.kib += area.kib
    sum.rss += area.rss
    sum.dirty += area.dirty
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
    if flags & EXTENDED != 0 {
        println("Address           Kbytes     RSS   Dirty Mode  Mapping")
    }
    sum = Area()
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
    if flags & EXTENDED != 0 {
        println("---------------- ------- ------- ------- ")
        println("total kB         {sum.kib:7} {sum.rss:7} {sum.dirty:7}")
    } else {
        println(" total {sum.kib:16}K")
    }
}

let first = options("x", &flags)
if first == len(args) {
    eprintln("Usage: pmap [-x] PID...")
    exit(1)
}
for operand in args[first..] {
    let pid = 0
    if !parse_int(operand, &pid) {
        eprintln("Usage: pmap [-x] PID...")
        exit(1)
    }
}
for operand in args[first..] {
    map(operand)
}
exit(status)
