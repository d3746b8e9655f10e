# However a process ends, all its threads end: those that run, sleep in a call, or wait for each other.
let stacks: [byte; 24576]
let word: u32
let pipe_ends: [int; 2]
let THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM

fn thread(n: int, f: fn(int), arg: int) {
    let top = &stacks[0] + 8192 * n
    *((top - 16) as *int) = f as int
    *((top - 8) as *int) = arg
    must(syscall(SYS_clone, THREAD, top))
}

fn spin(_arg: int) {
    loop {}
}

fn read_pipe(_arg: int) {
    let buf: [byte; 8]
    assert read(pipe_ends[0], buf) < 0
}

fn wait_futex(_arg: int) {
    syscall(SYS_futex, &word, FUTEX_WAIT, 0, 0)
}

fn end(how: int) {
    sleep_ms(1)
    match how {
        0 => exit(7)
        1 => kill(getpid(), SIGTERM)
        2 => *(8 as *int) = 1
        3 => exec("/bin/true", ["true"])
        _ => abort()
    }
}

for how in 0..5 {
    if fork() == 0 {
        pipe(&pipe_ends)
        thread(1, read_pipe, 0)
        thread(2, wait_futex, 0)
        if how % 2 == 0 {
            thread(3, end, how)
            spin(0)
        }
        thread(3, spin, 0)
        end(how)
    }
    let status = 0
    wait(&status)
    println("{how}: exited {WEXITSTATUS(status)}, signal {WTERMSIG(status)}")
}

# fork in a process of several threads: the child has the caller only.
thread(1, wait_futex, 0)
let child = fork()
if child == 0 {
    assert gettid() == getpid()
    thread(2, end, 0)
    spin(0)
}
let status = 0
waitpid(child, &status)
println("child of a process of two threads: exited {WEXITSTATUS(status)}")
# The status of a process that nobody ended as a whole is that of its last thread.
if fork() == 0 {
    thread(1, late, 9)
    syscall(SYS_exit, 7)
}
wait(&status)
println("leader 7, then a thread 9: exited {WEXITSTATUS(status)}")

fn late(status: int) {
    sleep_ms(1)
    syscall(SYS_exit, status)
}
