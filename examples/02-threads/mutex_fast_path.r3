# When does a lock enter the kernel?
#@ trace syscall,sync,user,-task,-mm,-sched,-fs,-signal
# Only when it is held. A free lock is one atomic instruction in user mode: between the first two marks there is no system
# call. Then another thread holds it: a futex call sleeps until the holder wakes it.
let m: Mutex
let done = 0

fn holder(_: int) {
    lock m {
        sleep_ms(1)                        # others find it held now
        done += 1
    }
}

let t = spawn_thread(holder, 0)
mark("nobody holds it")
for _ in 0..3 {
    lock m { done += 1 }
}
mark("the other thread takes it")
sched_yield()
lock m { done += 1 }
mark("ours again")
join(t)
assert done == 5
