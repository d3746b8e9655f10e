# tr(1): puts for each byte of SET1 the one at its place in SET2, the last one for what is beyond; -d deletes them.
# Sets are bytes, ranges such as a-z, and \n, \t, \\.

use options

let map: [byte; 256]
let gone: [bool; 256]
let buf: [byte; 4096]

# Writes out a set; answers how many bytes it has.
fn spell(set: str, room: [byte]) -> int {
    let n = 0
    let at = 0
    while at < len(set) && n < len(room) {
        let c = set[at]
        at += 1
        if c == '\\' && at < len(set) {
            match set[at] {
                'n' => c = '\n'
                't' => c = '\t'
                _ => c = set[at]
            }
            at += 1
        }
        let last = c
        if at + 1 < len(set) && set[at] == '-' {
            last = set[at + 1]
            at += 2
        }
        for b in (c as int)..(last as int + 1) {
            if n < len(room) {
                room[n] = b as byte
                n += 1
            }
        }
    }
    return n
}

let flags = 0
let first = options("d", &flags)
let deletes = flags != 0
if first + 2 - deletes as int > len(args) {
    missing_operand()
}
let from: [byte; 256]
let to: [byte; 256]
let n_from = spell(args[first], from)
let n_to = 0
if !deletes {
    n_to = spell(args[first + 1], to)
    if n_to == 0 {
        eprintln("tr: when not truncating set1, string2 must be non-empty")
        exit(1)
    }
}
for i in 0..256 {
    map[i] = i as byte
}
for i in 0..n_from {
    if deletes {
        gone[from[i]] = true
    } else {
        map[from[i]] = to[min(i, n_to - 1)]
    }
}
loop {
    let n = read(0, buf)
    if n < 0 {
        eprintln("tr: read error: {strerror(n)}")
        exit(1)
    }
    if n == 0 {
        break
    }
    let kept = 0
    for i in 0..n {
        if !gone[buf[i]] {
            buf[kept] = map[buf[i]]
            kept += 1
        }
    }
    if write_all(1, buf[0..kept]) < 0 {
        exit(1)
    }
}
