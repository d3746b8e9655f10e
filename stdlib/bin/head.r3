# head(1): the first lines of files, 10 or as many as -n N or -N says; -c N: the first bytes.

use options

let status = 0
let wanted = 10
let by_bytes = false
let buf: [byte; 4096]

# How much of `text` is wanted, and in `n` how many lines or bytes still are.
fn cut(text: [byte], n: *int) -> int {
    if by_bytes {
        let size = min(len(text), *n)
        *n -= size
        return size
    }
    for i in 0..len(text) {
        if *n == 0 {
            return i
        }
        if text[i] == '\n' {
            *n -= 1
        }
    }
    return len(text)
}

# Copies the beginning of an open file.
fn head(fd: int, name: str) {
    let left = wanted
    while left > 0 {
        let n = read(fd, buf)
        if n < 0 {
            eprintln("head: error reading '{name}': {strerror(n)}")
            status = 1
        }
        if n <= 0 {
            return
        }
        if write_all(1, buf[0..cut(buf[0..n], &left)]) < 0 {
            exit(1)
        }
    }
}

# Copies the beginning of the file of that name, under a title if there are several.
fn head_file(name: str, titled: bool, apart: bool) {
    let fd = 0
    let shown = name
    if name == "-" {
        shown = "standard input"
    } else {
        fd = open(name)
    }
    if fd < 0 {
        eprintln("head: cannot open '{name}' for reading: {strerror(fd)}")
        status = 1
        return
    }
    if titled && apart {
        println("")
    }
    if titled {
        println("==> {shown} <==")
    }
    head(fd, shown)
    if fd > 0 {
        close(fd)
    }
}

# Takes how much is wanted.
fn take_count(text: str, unit: str) {
    by_bytes = unit == "bytes"
    if !parse_int(text, &wanted) || wanted < 0 {
        eprintln("head: invalid number of {unit}: '{text}'")
        exit(1)
    }
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
    head(0, "standard input")
}
let several = len(args) - o.next > 1
for i in o.next..len(args) {
    head_file(args[i], several, i > o.next)
}
exit(status)
