# wc(1): lines, words and bytes of files, or those of -l, -w, -c that are asked for.

use options

const LINES = 1
const WORDS = 2
const BYTES = 4

struct Counts {
    lines: int
    words: int
    bytes: int
}

let status = 0
let flags = 0
let width = 1
let total: Counts
let buf: [byte; 4096]

# Counts what an open file holds.
fn count(fd: int, name: str) -> Counts {
    let c: Counts
    let inside = false
    loop {
        let n = read(fd, buf)
        if n < 0 {
            complain(name, n)
        }
        if n <= 0 {
            return c
        }
        c.bytes += n
        inside = count_text(buf[0..n], &c, inside)
    }
}

# Adds the lines and words of `text`, which begins inside a word or not; answers whether it ends inside one.
fn count_text(text: [byte], c: *Counts, began_inside: bool) -> bool {
    let inside = began_inside
    for i in 0..len(text) {
        let blank = is_space(text[i])
        if text[i] == '\n' {
            c.lines += 1
        }
        if !blank && !inside {
            c.words += 1
        }
        inside = !blank
    }
    return inside
}

# Says what is wrong with a file and goes on.
fn complain(name: str, r: int) {
    eprintln("wc: {name}: {strerror(r)}")
    status = 1
}

# Prints one line: the numbers that are wanted, in columns, and the name.
fn show(c: *Counts, name: str) {
    let line: Formatter
    let gap = ""
    fmt_begin(&line, 1)
    if flags & LINES != 0 {
        fmt_int(&line, c.lines, width)
        gap = " "
    }
    if flags & WORDS != 0 {
        fmt_put(&line, gap)
        fmt_int(&line, c.words, width)
        gap = " "
    }
    if flags & BYTES != 0 {
        fmt_put(&line, gap)
        fmt_int(&line, c.bytes, width)
    }
    if len(name) > 0 {
        fmt_put(&line, " ")
        fmt_put(&line, name)
    }
    fmt_put(&line, "\n")
    fmt_end(&line)
}

# Counts and shows the file of that name.
fn wc_file(name: str) {
    let fd = open(name)
    if fd < 0 {
        complain(name, fd)
        return
    }
    let c = count(fd, name)
    show(&c, name)
    close(fd)
    total.lines += c.lines
    total.words += c.words
    total.bytes += c.bytes
}

# The width of the columns, as coreutils has it: that of the size of all files; 7 where a size is not known.
fn column_width(names: [str]) -> int {
    let one = flags == LINES || flags == WORDS || flags == BYTES
    if one && len(names) < 2 {
        return 1
    }
    let least = 1
    let size = 0
    let st: Stat
    if len(names) == 0 {
        fstat(0, &st)
        least = add_size(&st, &size)
    }
    for name in names {
        if stat(name, &st) == 0 {
            least = max(least, add_size(&st, &size))
        }
    }
    return max(least, width_of(size))
}

# Adds the size of a regular file to `size`; answers the least width that the file asks for.
fn add_size(st: *Stat, size: *int) -> int {
    if !S_ISREG(st.st_mode) {
        return 7
    }
    *size += st.st_size
    return 1
}

let first = options("lwc", &flags)
if flags == 0 {
    flags = LINES | WORDS | BYTES
}
width = column_width(args[first..])
if first == len(args) {
    total = count(0, "standard input")
    show(&total, "")
    exit(status)
}
for name in args[first..] {
    wc_file(name)
}
if len(args) - first > 1 {
    show(&total, "total")
}
exit(status)
