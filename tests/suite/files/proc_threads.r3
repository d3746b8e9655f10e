# /proc shows threads, the call that a task sleeps in, descriptors and limits.

use dir
use thread

let ready: [int; 2]
let done: [int; 2]

fn show(path: str) {
    let buf: [byte; 2048]
    let n = read_file(path, buf)
    if n < 0 {
        println("{path}: {errname(n)}")
    } else {
        println("{path}: {trim(buf[0..n] as str)}")
    }
}

fn list(path: str) {
    let d: Dir
    print("{path}:")
    must(open_dir(&d, path))
    loop {
        let entry = next_entry(&d)
        if entry == nil {
            break
        }
        print(" {name_of(entry)}")
    }
    close_dir(&d)
    print("\n")
}

fn link_at(path: str) {
    let buf: [byte; 128]
    let n = readlink(path, buf)
    if n < 0 {
        println("{path}: {errname(n)}")
    } else {
        println("{path} -> {buf[0..n] as str}")
    }
}

# Prints the lines of a status file that begin with one of these words.
fn lines(path: str, words: [str]) {
    let buf: [byte; 4096]
    let n = must(read_file(path, buf))
    let from = 0
    for at in 0..n {
        if buf[at] == '\n' {
            let line = buf[from..at] as str
            for word in words {
                if len(line) > len(word) && line[0..len(word)] == word {
                    println("  {line}")
                }
            }
            from = at + 1
        }
    }
}

fn work(_: int) {
    let buf: [byte; 1]
    prctl_name("worker")
    write(ready[1], "x")
    assert read(done[0], buf) == 1
}

fn prctl_name(name: str) {
    syscall(SYS_prctl, 15, address(name))
}

must(pipe(&ready))
must(pipe(&done))
let t = spawn_thread(work, 0)
let buf: [byte; 1]
assert read(ready[0], buf) == 1
sleep_ms(1)
list("/proc/2/task")
show("/proc/2/task/3/comm")
show("/proc/2/comm")
show("/proc/2/task/4/comm")
lines("/proc/2/task/3/status", ["Name", "State", "Tgid", "Pid", "PPid", "Threads", "NSpid", "Uid"])
lines("/proc/2/status", ["Name", "State", "Tgid", "Pid", "Threads", "SigQ", "SigIgn"])
show("/proc/2/syscall")
list("/proc/2/task/3")
list("/proc/self/fd")
link_at("/proc/self")
link_at("/proc/thread-self")
let target: [byte; 64]
must(readlink("/proc/self/fd/3", target))
println("/proc/self/fd/3 -> {target[0..6] as str}")
link_at("/proc/self/fd/0")
link_at("/proc/self/fd/99")
link_at("/proc/self/exe")
link_at("/proc/2/task/3/cwd")
link_at("/proc/self/stat")
link_at("/tmp")
link_at("/tmp/x")
write(done[1], "x")
join(t)
list("/proc/2/task")
show("/proc/self/limits")
show("/proc/sys/kernel/pid_max")
show("/proc/sys/kernel/ns_last_pid")
list("/proc/sys/kernel")
let fd = must(open("/proc/sys/kernel/ns_last_pid", O_WRONLY))
println("no number: {errname(write(fd, "x"))}")
println("too high: {errname(write(fd, "99999"))}")
println("next is 501: {write(fd, "500\n")}")
if fork() == 0 {
    println("{getpid()}")
    let again = must(open("/proc/self/fd/1", O_WRONLY))
    write(again, "through /proc/self/fd/1\n")
    exit(0)
}
wait()
println("pid_max is fixed: {errname(open("/proc/sys/kernel/pid_max", O_RDWR))}")
