# Locks that the kernel hands over: to the one who waits, when the owner unlocks and when it dies; never in a circle.
let stacks: [byte; 32768]
let a: u32
let b: u32
let THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM

fn thread(n: int, f: fn(int), arg: int) {
    let top = &stacks[0] + 8192 * n
    *((top - 16) as *int) = f as int
    *((top - 8) as *int) = arg
    must(syscall(SYS_clone, THREAD, top))
}

fn take(word: *u32) -> int {
    return syscall(SYS_futex, word, FUTEX_LOCK_PI, 0, 0)
}

fn unlock(word: *u32) -> int {
    return syscall(SYS_futex, word, FUTEX_UNLOCK_PI, 0, 0)
}

fn holder(how: int) {
    must(take(&a))
    sleep_ms(2)
    println("holder: word names it {((a & FUTEX_TID_MASK) as int == gettid()) as int}, waiters {a >> 31}")
    if how == 0 {
        must(unlock(&a))
    }
    syscall(SYS_exit, 0)
}

fn crosser(_arg: int) {
    must(take(&b))
    must(take(&a))
    println("crosser: has both")
    must(unlock(&a))
    must(unlock(&b))
    syscall(SYS_exit, 0)
}

for how in 0..2 {
    thread(1, holder, how)
    sleep_ms(1)
    println("trylock: {errname(syscall(SYS_futex, &a, FUTEX_TRYLOCK_PI, 0))}")
    println("wake: {errname(syscall(SYS_futex, &a, FUTEX_WAKE, 1))}")
    must(take(&a))
    println("next: word names it {((a & FUTEX_TID_MASK) as int == gettid()) as int}, waiters {a >> 31}, owner died {a >> 30 & 1}")
    must(unlock(&a))
}
must(take(&a))
thread(2, crosser, 0)
sleep_ms(1)
println("a circle: {errname(take(&b))}")
must(unlock(&a))
sleep_ms(1)
println("words: {a} and {b}")
let soon: Timespec
clock_gettime(CLOCK_MONOTONIC, &soon)
soon.tv_nsec += 1000000
a = 1
println("a lock of init's, for a while: {errname(syscall(SYS_futex, &a, FUTEX_LOCK_PI, 0, &soon))}")
