# A pid namespace in a pid namespace: each sees its own numbers, and from outside those of the outside.

fn in_namespace() -> int {
    return syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0)
}

fn spids() {
    let buf: [byte; 4096]
    let n = must(read_file("/proc/self/status", buf))
    let from = 0
    for at in 0..n {
        if buf[at] == '\n' {
            let line = buf[from..at] as str
            if len(line) > 6 && (line[0..6] == "NSpid:" || line[0..6] == "NSpgid") {
                println("  {line}")
            }
            from = at + 1
        }
    }
}

fn inner() {
    println("inner: pid {getpid()}, parent {getppid()}, group {syscall(SYS_getpgrp)}")
    spids()
    println("nobody is called 3 here: {errname(kill(3, 0))}")
    let child = fork()
    if child == 0 {
        println("its child: pid {getpid()}, parent {getppid()}")
        println("to everyone: {errname(kill(-1, SIGKILL))}")
        exit(5)
    }
    let status = 0
    println("waited for {waitpid(child, &status)}: {WEXITSTATUS(status)}")
    println("setsid: {syscall(SYS_setsid)}, group {syscall(SYS_getpgrp)}")
    spids()
    if fork() == 0 {
        loop {
            syscall(SYS_pause)
        }
    }
    loop {
        syscall(SYS_pause)
    }
}

fn outer() {
    let child = in_namespace()
    if child == 0 {
        inner()
    }
    sleep_ms(5)
    println("outer: pid {getpid()} made {child}, group {syscall(SYS_getpgid, child)}")
    println("SIGTERM from outside: {errname(kill(child, SIGTERM))}")
    println("which it did not ask for: {waitpid(child, nil, WNOHANG)}")
    println("SIGKILL from outside: {errname(kill(child, SIGKILL))}")
    let status = 0
    println("waited for {waitpid(child, &status)}: {signame(WTERMSIG(status))}")
    let next = fork()
    if next == 0 {
        exit(0)
    }
    println("next {next}")
    exit(0)
}

let child = in_namespace()
if child == 0 {
    outer()
}
println("made {child}")
let status = 0
println("waited for {waitpid(child, &status)}: {WEXITSTATUS(status)}")
if fork() == 0 {
    setuid(1000)
    println("without root: {errname(in_namespace())}")
    exit(0)
}
wait()
println("a thread in one: {errname(syscall(SYS_clone, CLONE_NEWPID | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, 0))}")
let depth = 0
loop {
    let next = in_namespace()
    if next == 0 {
        depth += 1
        continue
    }
    if next < 0 {
        println("deep in {depth} of them: {errname(next)}")
    }
    waitpid(next)
    exit(0)
}
