# A thread that executes another program takes the number of its process; all other threads are gone.
let leader: int
let stacks: [byte; 16384]
let THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM

fn thread(n: int, f: fn(int)) {
    let top = &stacks[0] + 8192 * n
    *((top - 16) as *int) = f as int
    must(syscall(SYS_clone, THREAD, top))
}

fn sleeper(_arg: int) {
    loop {
        sleep_ms(1000)
    }
}

fn number(buf: [byte], n: int) -> str {
    return str(buf[0..format(buf, "{n}")])
}

fn executer(_arg: int) {
    let pid: [byte; 16]
    let tid: [byte; 16]
    exec("/bin/script", ["x", number(pid, leader), number(tid, gettid())])
}

fn threads() -> int {
    let fd = must(open("/proc/self/status"))
    let text: [byte; 2048]
    let n = read(fd, text)
    close(fd)
    let lines = str(text[0..n])
    for i in 0..n {
        if starts_with(lines[i..], "Threads:\t") {
            return text[i + 9] as int - '0' as int
        }
    }
    return -1
}

if len(args) > 1 {
    let pid = 0
    let tid = 0
    assert parse_int(args[1], &pid) && parse_int(args[2], &tid)
    let gone = errname(syscall(SYS_tkill, tid, 0))
    println("pid is the old leader's {(getpid() == pid) as int}, tid is the pid {(gettid() == getpid()) as int}, old tid gone {gone}, threads {threads()}")
    exit(0)
}
leader = getpid()
thread(1, sleeper)
thread(2, executer)
sleeper(0)
