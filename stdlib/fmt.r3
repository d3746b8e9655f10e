# How print, println, eprint, eprintln, format and assert make text: a buffer, one write(2).
#
# The compiler turns println("pid {p:5}") into fmt_begin, fmt_str, fmt_int, ..., fmt_end on a Formatter that lives in
# the caller's activation. A spec is one number:
#
#    23   20  19  18  17    16    15        0
#   +-------+--------+----+------+-----------+
#   | kind  |        | 0  |  <   |   width   |
#   +-------+--------+----+------+-----------+

const FMT_WIDTH = 0xffff
const FMT_LEFT = 1 << 16
const FMT_ZERO = 1 << 17
const FMT_KIND = 20

# Text under way to a descriptor, or into the caller's buffer.
struct Formatter {
    fd: int                       # -1: the text stays in `room`
    room: [byte]
    used: int                     # of room
    sent: int                     # bytes that were written before those
    own: [byte; 1024]
}

# A text without interpolation: one write(2), no buffer.
fn fmt_literal(fd: int, s: str) {
    write(fd, s)
}

# Begins a text for a descriptor.
fn fmt_begin(f: *Formatter, fd: int) {
    f.fd = fd
    f.room = f.own[0..]
    f.used = 0
    f.sent = 0
}

# Begins a text that fills `buf` and is cut at its end.
fn fmt_begin_buffer(f: *Formatter, buf: [byte]) {
    f.fd = -1
    f.room = buf
    f.used = 0
    f.sent = 0
}

# Writes what is left; answers the length of the text.
fn fmt_end(f: *Formatter) -> int {
    if f.fd >= 0 {
        fmt_flush(f)
    }
    return f.sent + f.used
}

# Empties the buffer into the descriptor; false if there is none, or nothing could be written.
fn fmt_flush(f: *Formatter) -> bool {
    if f.fd < 0 || write_all(f.fd, f.room[..f.used]) < 0 {
        return false
    }
    f.sent += f.used
    f.used = 0
    return true
}

# Adds a text.
fn fmt_str(f: *Formatter, s: str, spec: int) {
    fmt_padded(f, "", s, spec)
}

# Adds `true` or `false`.
fn fmt_bool(f: *Formatter, v: bool, spec: int) {
    if v {
        fmt_padded(f, "", "true", spec)
    } else {
        fmt_padded(f, "", "false", spec)
    }
}

# Adds a signed number; hexadecimal, octal and binary show its two's complement, as printf(3) does.
fn fmt_int(f: *Formatter, v: int, spec: int) {
    if v < 0 && spec >> FMT_KIND == 0 {
        fmt_digits(f, "-", -v as uint, spec)
    } else {
        fmt_uint(f, v as uint, spec)
    }
}

# Adds an unsigned number, a character (kind 5) or an address (kind 6).
fn fmt_uint(f: *Formatter, v: uint, spec: int) {
    match spec >> FMT_KIND {
        5 => {
            let one = [v as byte]
            fmt_padded(f, "", one, spec)
        }
        6 => fmt_digits(f, "0x", v, spec)
        _ => fmt_digits(f, "", v, spec)
    }
}

# Adds the digits of a number behind its sign or prefix.
fn fmt_digits(f: *Formatter, prefix: str, v: uint, spec: int) {
    let kind = spec >> FMT_KIND
    let base = fmt_base(kind)
    let alphabet = "0123456789abcdef"
    if kind == 2 {
        alphabet = "0123456789ABCDEF"
    }
    let digits: [byte; 64]
    let at = len(digits)
    let rest = v
    loop {
        at -= 1
        digits[at] = alphabet[(rest % base) as int]
        rest = rest / base
        if rest == 0 {
            break
        }
    }
    fmt_padded(f, prefix, digits[at..], spec)
}

# The base of a kind: x, X and addresses 16, o 8, b 2.
fn fmt_base(kind: int) -> uint {
    match kind {
        1 | 2 | 6 => return 16
        3 => return 8
        4 => return 2
        _ => return 10
    }
}

# Adds prefix and body, filled up to the width: blanks in front or, with FMT_LEFT, behind; or zeros between.
fn fmt_padded(f: *Formatter, prefix: str, body: [byte], spec: int) {
    let fill = (spec & FMT_WIDTH) - len(prefix) - len(body)
    let left = spec & FMT_LEFT != 0
    let zeros = spec & FMT_ZERO != 0 && !left
    if !left && !zeros {
        fmt_fill(f, " ", fill)
    }
    fmt_put(f, prefix)
    if zeros {
        fmt_fill(f, "0", fill)
    }
    fmt_put(f, body)
    if left {
        fmt_fill(f, " ", fill)
    }
}

# Adds `s` n times, never if n is negative.
fn fmt_fill(f: *Formatter, s: str, n: int) {
    for _ in 0..n {
        fmt_put(f, s)
    }
}

# Adds bytes as they are; where the buffer is full and cannot be emptied, the rest is lost.
fn fmt_put(f: *Formatter, data: [byte]) {
    let done = 0
    while done < len(data) {
        if f.used == len(f.room) && !fmt_flush(f) {
            return
        }
        let n = min(len(data) - done, len(f.room) - f.used)
        memcpy(&f.room[f.used], &data[done], n)
        f.used += n
        done += n
    }
}
