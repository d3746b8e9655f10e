# sort(1): the lines of all files together, in the order of their bytes; -n by the number at the front, -r the other way
# round, -u one of those that are equal.

use options
use text_input

let numeric = false
let reversed = false
let unique = false
let out: Formatter

# The whole number that a line begins with, behind blanks.
fn number_in(line: str) -> int {
    let rest = trim(line)
    let n = 0
    let at = 0
    let negative = len(rest) > 0 && rest[0] == '-'
    if negative {
        at = 1
    }
    while at < len(rest) && at < 18 && is_digit(rest[at]) {
        n = n * 10 + (rest[at] - '0')
        at += 1
    }
    if negative {
        return -n
    }
    return n
}

# Which line comes first by what is compared: negative, 0 or positive.
fn by_key(a: str, b: str) -> int {
    let order = 0
    if numeric {
        order = number_in(a) - number_in(b)
    } else {
        order = compare(a, b)
    }
    if reversed {
        return -order
    }
    return order
}

# by_key; among equals the order of the bytes, or with -u that of the input.
fn in_order(a: str, b: str) -> int {
    let order = by_key(a, b)
    if order == 0 && unique {
        return address(a) - address(b)
    }
    if order == 0 {
        order = compare(a, b)
        if reversed {
            return -order
        }
    }
    return order
}

# Sorts in place: Shell's sort.
fn sort_lines(lines: [str]) {
    let gap = len(lines) / 2
    while gap > 0 {
        for i in gap..len(lines) {
            let moving = lines[i]
            let at = i
            while at >= gap && in_order(lines[at - gap], moving) > 0 {
                lines[at] = lines[at - gap]
                at -= gap
            }
            lines[at] = moving
        }
        gap /= 2
    }
}

let o = Options(next: 1)
loop {
    match next_option(&o, "nru", 2) {
        0 => break
        'n' => numeric = true
        'r' => reversed = true
        _ => unique = true
    }
}
let all: Bytes
if o.next == len(args) && read_to_end(&all, 0, "-") < 0 {
    exit(2)
}
for name in args[o.next..] {
    let fd = -1
    if name == "-" {
        fd = 0
    } else {
        fd = open(name)
    }
    if fd < 0 {
        eprintln("sort: cannot read: {name}: {strerror(fd)}")
        exit(2)
    }
    if read_to_end(&all, fd, name) < 0 {
        exit(2)
    }
    if all.size > 0 && all.first[all.size - 1] != '\n' {
        if all.size == all.room {
            grow(&all)
        }
        all.first[all.size] = '\n'
        all.size += 1
    }
}
let lines = lines_of(all.first[0..all.size])
sort_lines(lines)
fmt_begin(&out, 1)
for i in 0..len(lines) {
    if !unique || i == 0 || by_key(lines[i - 1], lines[i]) != 0 {
        fmt_put(&out, lines[i])
        fmt_put(&out, "\n")
    }
}
fmt_end(&out)
