# How a process of several threads ends, and what its parent hears of it.
let stack: [byte; 16384]
let THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM

fn thread(f: fn(int)) {
    let top = &stack[0] + 16384
    *((top - 16) as *int) = f as int
    must(syscall(SYS_clone, THREAD, top))
}

fn exiter(_arg: int) {
    exit(33)
}

fn sysexit(_arg: int) {
    syscall(SYS_exit, 44)
}

fn segv(_arg: int) {
    *(0 as *int) = 0
}

fn late(_arg: int) {
    sleep_ms(30)
    syscall(SYS_exit_group, 55)
}

fn sleep_for_ever() {
    loop {
        sleep_ms(1000)
    }
}

fn told(name: str, status: int) {
    if WIFEXITED(status) {
        println("{name} exited {WEXITSTATUS(status)}")
    } else {
        println("{name} signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
    }
}

fn state_of(pid: int) -> byte {
    let path: [byte; 32]
    let length = format(path, "/proc/{pid}/stat")
    let fd = must(open(str(path[0..length])))
    let text: [byte; 256]
    let n = read(fd, text)
    close(fd)
    let i = n - 1
    while text[i] != ')' {
        i -= 1
    }
    return text[i + 2]
}

let status: int
if fork() == 0 {
    thread(exiter)
    sleep_for_ever()
}
wait(&status)
told("thread calls exit_group(33)", status)

if fork() == 0 {
    thread(sysexit)
    sleep_ms(20)
    exit(1)
}
wait(&status)
told("thread calls exit(44), main returns 1", status)

if fork() == 0 {
    thread(segv)
    sleep_for_ever()
}
wait(&status)
told("thread faults", status)

let child = fork()
if child == 0 {
    thread(late)
    syscall(SYS_exit, 0)
}
while state_of(child) != 'Z' {
    sleep_ms(1)
}
println("leader exited, other thread alive: state {state_of(child):c}, waitpid WNOHANG {waitpid(child, &status, WNOHANG)}")
waitpid(child, &status)
told("after last thread", status)
