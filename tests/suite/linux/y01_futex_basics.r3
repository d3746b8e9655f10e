# futex(2): what each operation answers when nobody else is there.
fn told(result: int) -> str {
    if result < 0 {
        return errname(result)
    }
    return "OK"
}

fn futex(word: *u32, op: int, value: int, timeout: *Timespec = nil) -> int {
    return syscall(SYS_futex, word, op, value, timeout, 0, 0)
}

let w: u32 = 5
let t = Timespec(0, 20000000)
let bad = Timespec(0, 2000000000)
println("WAIT value mismatch: {told(futex(&w, FUTEX_WAIT, 4))}")
println("WAIT timeout: {told(futex(&w, FUTEX_WAIT, 5, &t))}")
println("WAIT bad timeout: {told(futex(&w, FUTEX_WAIT, 5, &bad))}")
println("WAKE without waiters: {futex(&w, FUTEX_WAKE, 1)}")
println("bad op: {told(futex(&w, 77, 0))}")
w = 0
let r = futex(&w, FUTEX_LOCK_PI, 0)
println("LOCK_PI free word: {told(r)}, word holds my tid {((w & FUTEX_TID_MASK) as int == gettid()) as int}")
println("LOCK_PI again: {told(futex(&w, FUTEX_LOCK_PI, 0))}")
r = futex(&w, FUTEX_UNLOCK_PI, 0)
println("UNLOCK_PI: {told(r)} word {w}")
println("UNLOCK_PI not owner: {told(futex(&w, FUTEX_UNLOCK_PI, 0))}")
w = 0x7ffffff
println("LOCK_PI owned by nobody alive: {told(futex(&w, FUTEX_LOCK_PI, 0))}")
println("unmapped word: {told(futex(0x10000 as *u32, FUTEX_WAKE, 1))}")
