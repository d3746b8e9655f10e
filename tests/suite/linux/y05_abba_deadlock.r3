# Two threads that take two mutexes in opposite orders sleep for ever, and the kernel does not notice.
machine { deadlock = ignore }
let a: Mutex
let b: Mutex
let meet: Barrier
let tids: [int; 2]

fn forward(_: int) {
    tids[0] = gettid()
    mutex_lock(&a)
    barrier_wait(&meet)
    mutex_lock(&b)
}

fn backward(_: int) {
    tids[1] = gettid()
    mutex_lock(&b)
    barrier_wait(&meet)
    mutex_lock(&a)
}

# The number of the system call in which a thread sleeps; -1 if it runs.
fn sleeps_in(tid: int) -> int {
    let path: [byte; 64]
    let fd = open(str(path[0..format(path, "/proc/self/task/{tid}/syscall")]))
    let text: [byte; 128]
    let n = read(fd, text)
    close(fd)
    let nr = 0
    let i = 0
    while i < n && '0' <= text[i] && text[i] <= '9' {
        nr = 10 * nr + (text[i] - '0') as int
        i += 1
    }
    if i == 0 {
        return -1
    }
    return nr
}

barrier_init(&meet, 2)
spawn_thread(forward, 0)
spawn_thread(backward, 0)
for _ in 0..2000 {
    if tids[0] != 0 && tids[1] != 0 && a.word == 2 && b.word == 2 {
        break
    }
    sleep_ms(1)
}
sleep_ms(20)
let both = [(sleeps_in(tids[0]) == SYS_futex) as int, (sleeps_in(tids[1]) == SYS_futex) as int]
let crossed = (a.owner == tids[0] && b.owner == tids[1]) as int
println("both in futex(2): {both[0]} {both[1]}, owners crossed {crossed}, lock words {a.word} {b.word}")
println("exit_group still works")
exit(0)
