#@ outcome deadlock
# Two threads take two locks in different orders, while a third one has all it needs. The record tells who holds what.
struct Lock {
    word: u32
    owner: u32
    since: int
}

let stacks: [byte; 24576]
let a: Lock
let b: Lock
let THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM

fn thread(n: int, f: fn(int), arg: int) {
    let top = &stacks[0] + 8192 * n
    *((top - 16) as *int) = f as int
    *((top - 8) as *int) = arg
    must(syscall(SYS_clone, THREAD, top))
}

fn acquire(m: *Lock) {
    while m.word != 0 {
        m.word = 2
        syscall(SYS_futex, &m.word, FUTEX_WAIT, 2, 0, m, 0)
    }
    m.word = 1
    m.owner = gettid() as u32
}

fn one(_arg: int) {
    acquire(&a)
    sleep_ms(1)
    acquire(&b)
}

fn two(_arg: int) {
    acquire(&b)
    sleep_ms(1)
    acquire(&a)
}

thread(1, one, 0)
thread(2, two, 0)
loop {
    sleep_ms(1)
}
