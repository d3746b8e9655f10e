# Processes as /proc shows them (proc(5)): what ps and pstree read.

use dir

# One process or thread, from /proc/PID/stat.
struct Process {
    pid: int
    ppid: int
    state: byte
    comm_len: byte
    comm: [byte; 16]
    group: int
    session: int
    foreground: int               # the group that has its terminal; -1 without one
    flags: int
    minflt: int
    majflt: int
    ticks: int                    # of CPU time, in user and in kernel mode, 100 a second
    threads: int
    vsize: int                    # bytes
    rss: int                      # pages
}

# The name of the program that it runs, at most 15 bytes.
fn comm_of(p: *Process) -> str {
    return p.comm[0..p.comm_len] as str
}

# The next entry of /proc, or of /proc/PID/task, that is a number; -1 after the last one.
fn next_pid(dir: *Dir) -> int {
    let pid = -1
    loop {
        let entry = next_entry(dir)
        if entry == nil {
            return -1
        }
        if parse_int(name_of(entry), &pid) {
            return pid
        }
    }
}

# Reads /proc/PID/stat; false if the process is gone.
fn read_process(p: *Process, pid: int) -> bool {
    let path: [byte; 64]
    let n = format(path, "/proc/{pid}/stat")
    return read_stat(p, path[0..n] as str)
}

# Reads the stat file of a process or thread.
fn read_stat(p: *Process, path: str) -> bool {
    let buf: [byte; 512]
    let n = read_file(path, buf)
    if n <= 0 {
        return false
    }
    let line = buf[0..n] as str
    let open_at = index_of(line, '(')
    let close_at = last_index_of(line, ')')
    if open_at < 0 || close_at < open_at {
        return false
    }
    p.pid = number_at_front(line)
    p.comm_len = min(close_at - open_at - 1, len(p.comm)) as byte
    memcpy(&p.comm[0], address(line[open_at + 1..]), p.comm_len)
    read_fields(p, line[close_at + 1..])
    return true
}

# Reads the fields behind the name; the state is the third of proc_pid_stat(5).
fn read_fields(p: *Process, fields: str) {
    let rest = fields
    p.ticks = 0
    for field in 3..25 {
        let word = next_word(&rest)
        match field {
            3 => p.state = word[0]
            4 => p.ppid = number_at_front(word)
            5 => p.group = number_at_front(word)
            6 => p.session = number_at_front(word)
            8 => {
                p.foreground = -1
                parse_int(word, &p.foreground)
            }
            9 => p.flags = number_at_front(word)
            10 => p.minflt = number_at_front(word)
            12 => p.majflt = number_at_front(word)
            14 | 15 => p.ticks += number_at_front(word)
            20 => p.threads = number_at_front(word)
            23 => p.vsize = number_at_front(word)
            24 => p.rss = number_at_front(word)
            _ => {}
        }
    }
}

# The decimal number that a text begins with.
fn number_at_front(s: str) -> int {
    let n = 0
    for i in 0..len(s) {
        if !is_digit(s[i]) {
            break
        }
        n = n * 10 + (s[i] - '0')
    }
    return n
}

# The arguments of a process with blanks between, in `buf`; of one without, [comm] and, of a zombie, <defunct>.
fn command_line(p: *Process, buf: [byte]) -> str {
    let path: [byte; 64]
    let n = format(path, "/proc/{p.pid}/cmdline")
    let got = read_file(path[0..n] as str, buf)
    if got <= 0 {
        let defunct = ""
        if p.state == 'Z' {
            defunct = " <defunct>"
        }
        n = format(buf, "[{comm_of(p)}]{defunct}")
        return buf[0..n] as str
    }
    for i in 0..got {
        if buf[i] == 0 {
            buf[i] = ' '
        }
    }
    return trim(buf[0..got] as str)
}

# The number behind a name at the start of a line, as in /proc/meminfo and /proc/vmstat; 0 if there is no such line.
fn number_of(text: str, name: str) -> int {
    let rest = text
    while len(rest) > 0 {
        let end = index_of(rest, '\n')
        if end < 0 {
            end = len(rest)
        }
        let line = rest[..end]
        let word = next_word(&line)
        if word == name || len(word) == len(name) + 1 && word[len(name)] == ':' && word[..len(name)] == name {
            return number_at_front(next_word(&line))
        }
        rest = rest[min(end + 1, len(rest))..]
    }
    return 0
}
