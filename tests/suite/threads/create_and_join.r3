#@ trace -mm,line=5..22
# A thread made by hand: the same memory, descriptors and handlers, a stack of its own, and a word that tells its end.
let word: u32
let found: int

fn worker(arg: int) {
    found = arg
    println("thread {gettid()} of process {getpid()} got {arg}")
    syscall(SYS_exit, 0)
}

let flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
    CLONE_CHILD_CLEARTID
let top = mmap(4 * PAGE_SIZE) + 4 * PAGE_SIZE
*((top - 16) as *int) = worker as int
*((top - 8) as *int) = 42
let tid = syscall(SYS_clone, flags, top, &word, &word)
assert tid > 0 && word as int == tid
while word != 0 {
    syscall(SYS_futex, &word, FUTEX_WAIT, word, 0)
}
assert found == 42
assert syscall(SYS_tgkill, getpid(), tid, 0) == -ESRCH, "a thread that has ended is gone at once"
assert wait() == -ECHILD, "nobody waits for a thread"
