# When does a lock enter the kernel?
#@ trace syscall,sync
# Only when it is held. A free lock is one atomic instruction in user mode; the thousand below make no system call at
# all. The first one that finds the lock held makes a futex call and sleeps.
let m: Mutex
let done = 0

fn holder(_: int) {
    lock m {
        sleep_ms(1)                        # others find it held now
        done += 1
    }
}

mark("a thousand times, nobody else wants it")
for _ in 0..1000 {
    lock m { done += 1 }
}
mark("once, and another thread holds it")
let t = spawn_thread(holder, 0)
sched_yield()                              # the other one takes it first
lock m { done += 1 }
join(t)
assert done == 1002
