# grep(1): the lines that contain a text; -v those that do not, -c their number, -i in either case, -n with numbers,
# -q nothing at all. Status 0 if there was one, 1 if none, 2 after an error.
#
# Linux: the text is a regular expression. Here: it is itself, as with grep -F, because a lesson about pipes needs no more.

use options
use text_input

let inverted = false
let counting = false
let any_case = false
let numbered = false
let quiet = false

let wanted: str
let status = 1
let failed = false
let out: Formatter

# A letter as small, if case does not matter.
fn folded(c: byte) -> byte {
    if any_case && 'A' <= c && c <= 'Z' {
        return c + 32
    }
    return c
}

# Whether `line` contains what is wanted.
fn contains(line: str) -> bool {
    for i in 0..len(line) - len(wanted) + 1 {
        let n = 0
        while n < len(wanted) && folded(line[i + n]) == folded(wanted[n]) {
            n += 1
        }
        if n == len(wanted) {
            return true
        }
    }
    return false
}

# Adds the file's name, if there are several, and a colon.
fn put_name(name: str, several: bool) {
    if several {
        fmt_put(&out, name)
        fmt_put(&out, ":")
    }
}

# Searches an open file.
fn search(fd: int, name: str, several: bool) {
    let reader = Reader(fd: fd)
    let line = ""
    let number = 0
    let count = 0
    while read_line(&reader, &line) {
        number += 1
        if contains(line) != inverted {
            count += 1
            status = 0
            if quiet {
                exit(0)
            }
            if !counting {
                put_name(name, several)
                if numbered {
                    fmt_int(&out, number, 0)
                    fmt_put(&out, ":")
                }
                fmt_put(&out, line)
                fmt_put(&out, "\n")
            }
        }
    }
    if counting && !quiet {
        put_name(name, several)
        fmt_int(&out, count, 0)
        fmt_put(&out, "\n")
    }
}

let o = Options(next: 1)
loop {
    match next_option(&o, "vcinqF", 2) {
        0 => break
        'v' => inverted = true
        'c' => counting = true
        'i' => any_case = true
        'n' => numbered = true
        'q' => quiet = true
        _ => {}
    }
}
if o.next == len(args) {
    eprintln("Usage: grep [-vcinqF] TEXT [FILE]...")
    exit(2)
}
wanted = args[o.next]
let files = args[o.next + 1..]
fmt_begin(&out, 1)
if len(files) == 0 {
    search(0, "(standard input)", false)
}
for name in files {
    let fd = open_input(name)
    if fd < 0 {
        failed = true
    } else {
        search(fd, name, len(files) > 1)
        if fd > 0 {
            close(fd)
        }
    }
}
fmt_end(&out)
if failed {
    exit(2)
}
exit(status)
