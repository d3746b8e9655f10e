# An uncontended lock makes no system call; one that is held makes the other thread sleep.
#@ trace syscall,sync,line=6..18
let m: Mutex
let b: Barrier

fn second(_: int) {
    barrier_wait(&b)
    lock m {}
}

lock m {}
barrier_init(&b, 2)
let t = spawn_thread(second, 0)
mutex_lock(&m)
barrier_wait(&b)
sleep_ms(1)
mutex_unlock(&m)
join(t)
