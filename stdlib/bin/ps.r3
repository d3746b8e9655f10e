# ps(1): the processes in /proc, as ps -e shows them; -l shows parent, state and memory, too; -o LIST the columns that the
# list names, with commas between them.

use dir
use procfs
use options

# A column of -o: its names, heading and width; text stands left.
struct Column {
    names: str
    heading: str
    width: int
    text: bool
}

let columns = [
    Column("pid", "PID", 5), Column("ppid", "PPID", 5), Column("pgid pgrp", "PGID", 5), Column("sid sess", "SID", 5),
    Column("s state", "S", 1, true), Column("stat", "STAT", 4, true), Column("f flag flags", "F", 1),
    Column("vsz vsize", "VSZ", 6), Column("sz", "SZ", 5), Column("rss rssize", "RSS", 5),
    Column("min_flt minflt", "MINFL", 6), Column("maj_flt majflt", "MAJFL", 6), Column("nlwp thcount", "NLWP", 4),
    Column("time cputime", "TIME", 8), Column("comm ucmd ucomm", "COMMAND", 15, true),
    Column("args cmd command", "CMD", 27, true),
]
let wanted: [int; 32]
let wanted_len = 0
let out: Formatter

# Whether `name` is one of the words of `names`.
fn is_one_of(names: str, name: str) -> bool {
    let rest = names
    loop {
        let word = next_word(&rest)
        if len(word) == 0 || word == name {
            return len(word) > 0
        }
    }
}

# Takes a list of columns.
fn take(list: str) {
    let rest = list
    while len(rest) > 0 && wanted_len < len(wanted) {
        let name = split(&rest, ',')
        let found = -1
        for i in 0..len(columns) {
            if is_one_of(columns[i].names, name) {
                found = i
            }
        }
        if found < 0 {
            eprintln("error: unknown user-defined format specifier \"{name}\"")
            exit(1)
        }
        wanted[wanted_len] = found
        wanted_len += 1
    }
}

# The state with what else ps says of it: s leads a session, l has threads, + is in the foreground.
fn stat_of(p: *Process, buf: [byte]) -> str {
    buf[0] = p.state
    let n = 1
    if p.session == p.pid {
        buf[n] = 's'
        n += 1
    }
    if p.threads > 1 {
        buf[n] = 'l'
        n += 1
    }
    if p.foreground == p.group {
        buf[n] = '+'
        n += 1
    }
    return buf[..n] as str
}

# The CPU time as HH:MM:SS.
fn time_of(p: *Process, buf: [byte]) -> str {
    let seconds = p.ticks / 100
    return buf[..format(buf, "{seconds / 3600:02}:{seconds / 60 % 60:02}:{seconds % 60:02}")] as str
}

# What stands in a column, by its place in the table above.
fn value(p: *Process, column: int, buf: [byte]) -> str {
    let n = 0
    match column {
        0 => n = p.pid
        1 => n = p.ppid
        2 => n = p.group
        3 => n = p.session
        4 => return buf[..format(buf, "{p.state:c}")] as str
        5 => return stat_of(p, buf)
        6 => n = p.flags >> 6 & 7
        7 => n = p.vsize / 1024
        8 => n = p.vsize / PAGE_SIZE
        9 => n = p.rss * 4
        10 => n = p.minflt
        11 => n = p.majflt
        12 => n = p.threads
        13 => return time_of(p, buf)
        14 => return buf[..format(buf, "{comm_of(p)}")] as str
        _ => return command_line(p, buf)
    }
    return buf[..format(buf, "{n}")] as str
}

# Adds a cell to the line: text left, numbers right; nothing behind the last one.
fn cell(text: str, column: int, last: bool) {
    let fill = columns[column].width - len(text)
    if !columns[column].text {
        fmt_fill(&out, " ", fill)
    }
    fmt_put(&out, text)
    if !last {
        if columns[column].text {
            fmt_fill(&out, " ", fill)
        }
        fmt_put(&out, " ")
    }
}

# A line of -o, of a process or, without one, of the headings.
fn show_columns(p: *Process) {
    fmt_begin(&out, 1)
    for i in 0..wanted_len {
        let buf: [byte; 256]
        let text = columns[wanted[i]].heading
        if p != nil {
            text = value(p, wanted[i], buf)
        }
        cell(text, wanted[i], i + 1 == wanted_len)
    }
    fmt_put(&out, "\n")
    fmt_end(&out)
}

# A line of ps -e: PID TTY TIME CMD.
fn show(p: *Process) {
    let buf: [byte; 16]
    println("{p.pid:5} ?        {time_of(p, buf)} {comm_of(p)}")
}

# A line of ps -l: PID PPID S RSS CMD, the memory in KiB.
fn show_long(p: *Process) {
    let buf: [byte; 256]
    println("{p.pid:5} {p.ppid:5} {p.state:c} {p.rss * 4:5} {command_line(p, buf)}")
}

let long = false
let o = Options(next: 1)
loop {
    let option = next_option(&o, "lefo:")
    match option {
        0 => break
        'l' => long = true
        'o' => take(o.value)
        _ => {}
    }
}
let proc: Dir
let r = open_dir(&proc, "/proc")
if r < 0 {
    eprintln("ps: /proc: {strerror(r)}")
    exit(1)
}
if wanted_len > 0 {
    show_columns(nil)
} else if long {
    println("  PID  PPID S   RSS CMD")
} else {
    println("  PID TTY          TIME CMD")
}
loop {
    let pid = next_pid(&proc)
    if pid < 0 {
        break
    }
    let p: Process
    if read_process(&p, pid) {
        if wanted_len > 0 {
            show_columns(&p)
        } else if long {
            show_long(&p)
        } else {
            show(&p)
        }
    }
}
