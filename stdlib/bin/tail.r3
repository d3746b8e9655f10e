# tail(1): the last lines of files, 10 or as many as -n N or -N says; -c N: the last bytes; +N: from the Nth on.

use options
use text_input

let status = 0
let wanted = 10
let by_bytes = false
let from_start = false

# Where in `text` what is wanted begins.
fn begin_of(text: [byte]) -> int {
    if by_bytes && from_start {
        return min(max(wanted - 1, 0), len(text))
    }
    if by_bytes {
        return max(len(text) - wanted, 0)
    }
    let at = 0
    if from_start {
        let left = wanted - 1
        while at < len(text) && left > 0 {
            left -= (text[at] == '\n') as int
            at += 1
        }
        return at
    }
    at = len(text)
    let left = wanted
    while at > 0 && left > 0 {
        at -= 1
        while at > 0 && text[at - 1] != '\n' {
            at -= 1
        }
        left -= 1
    }
    return at
}

# Copies the end of the file of that name, under a title if there are several.
fn tail_file(name: str, titled: bool, apart: bool) {
    let all: Bytes
    let fd = 0
    let shown = name
    if name == "-" {
        shown = "standard input"
    } else {
        fd = open(name)
    }
    if fd < 0 {
        eprintln("tail: cannot open '{name}' for reading: {strerror(fd)}")
        status = 1
        return
    }
    if titled && apart {
        println("")
    }
    if titled {
        println("==> {shown} <==")
    }
    if read_to_end(&all, fd, shown) < 0 {
        status = 1
    }
    let text = all.first[0..all.size]
    if write_all(1, text[begin_of(text)..]) < 0 {
        exit(1)
    }
    free(all.first)
    if fd > 0 {
        close(fd)
    }
}

# Takes how much is wanted.
fn take_count(text: str, unit: str) {
    by_bytes = unit == "bytes"
    from_start = starts_with(text, "+")
    if !parse_int(text, &wanted) {
        eprintln("tail: invalid number of {unit}: '{text}'")
        exit(1)
    }
    wanted = max(wanted, -wanted)
}

let o = Options(next: 1)
loop {
    match next_option(&o, "n:c:#") {
        0 => break
        'c' => take_count(o.value, "bytes")
        _ => take_count(o.value, "lines")
    }
}
if o.next == len(args) {
    tail_file("-", false, false)
}
let several = len(args) - o.next > 1
for i in o.next..len(args) {
    tail_file(args[i], several, i > o.next)
}
exit(status)
