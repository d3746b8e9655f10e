# futex: waking some, waking by bits, moving waiters to another word, and what is refused.
let stacks: [byte; 40960]
let word: u32
let other: u32
let up: int
let THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM

fn thread(n: int, f: fn(int), arg: int) {
    let top = &stacks[0] + 8192 * n
    *((top - 16) as *int) = f as int
    *((top - 8) as *int) = arg
    must(syscall(SYS_clone, THREAD, top))
}

fn waiter(bits: int) {
    let r = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, 0, 0, bits)
    assert r == 0
    up += 1
    syscall(SYS_exit, 0)
}

fn futex(address: *u32, op: int, value: int, value2: int = 0, value3: int = 0) -> int {
    let r = syscall(SYS_futex, address, op, value, value2, &other, value3)
    sleep_ms(1)
    return r
}

for n in 1..5 {
    thread(n, waiter, n)
}
sleep_ms(1)
println("wake bits 4: {futex(&word, FUTEX_WAKE_BITSET, 9, value3: 4)}, up {up}")
println("wake bits 2: {futex(&word, FUTEX_WAKE_BITSET, 1, value3: 2)}, up {up}")
println("wake none: {futex(&word, FUTEX_WAKE, 0)}, up {up}")
println("wake all: {futex(&word, FUTEX_WAKE, 100)}, up {up}")
for n in 1..5 {
    thread(n, waiter, n)
}
sleep_ms(1)
println("requeue 1 and 2: {futex(&word, FUTEX_REQUEUE, 1, 2)}, up {up}")
println("wake the old word: {futex(&word, FUTEX_WAKE, 100)}, up {up}")
println("requeue if 5: {errname(futex(&other, FUTEX_CMP_REQUEUE, 1, 1, 5))}")
println("add 5, wake both: {futex(&word, FUTEX_WAKE_OP, 1, 1, 1 << 28 | 5 << 12)}, up {up}, word {other}")
println("set 0, wake if it was 5: {futex(&word, FUTEX_WAKE_OP, 1, 100, 5)}, up {up}, word {other}")

let past = Timespec(0, 1)
let negative = Timespec(-1, 0)
println("a moment in the past: {errname(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 0, &past, 0, -1))}")
println("and a wrong value: {errname(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 1, &past, 0, -1))}")
println("a negative time: {errname(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &negative))}")
println("a time that is not there: {errname(syscall(SYS_futex, &word, FUTEX_WAIT, 0, 8))}")
println("no bits: {errname(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 0, 0, 0, 0))}")
println("a crooked word: {errname(syscall(SYS_futex, &word as int + 1, FUTEX_WAKE, 1))}")
println("the kernel's half: {errname(syscall(SYS_futex, 1 << 63, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1))}")
println("a private word that is not there: {syscall(SYS_futex, 64, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1)}")
println("wake by the clock: {errname(syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1))}")
println("move a negative number: {errname(futex(&word, FUTEX_REQUEUE, 1, -1))}")
println("an unknown comparison: {errname(futex(&word, FUTEX_WAKE_OP, 1, 1, 15 << 24))}")
