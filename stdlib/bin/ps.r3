# ps(1): the processes in /proc, as ps -e shows them; -l shows parent, state and memory, too.

use dir
use procfs
use options

const LONG = 1

# A line of ps -e: PID TTY TIME CMD.
fn show(p: *Process) {
    let seconds = p.ticks / 100
    println("{p.pid:5} ?        {seconds / 3600:02}:{seconds / 60 % 60:02}:{seconds % 60:02} {comm_of(p)}")
}

# A line of ps -l: PID PPID S RSS CMD, the memory in KiB.
fn show_long(p: *Process) {
    let buf: [byte; 256]
    println("{p.pid:5} {p.ppid:5} {p.state:c} {p.rss * 4:5} {command_line(p, buf)}")
}

let flags = 0
options("lef", &flags)
let proc: Dir
let r = open_dir(&proc, "/proc")
if r < 0 {
    eprintln("ps: /proc: {strerror(r)}")
    exit(1)
}
if flags & LONG != 0 {
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
        if flags & LONG != 0 {
            show_long(&p)
        } else {
            show(&p)
        }
    }
}
