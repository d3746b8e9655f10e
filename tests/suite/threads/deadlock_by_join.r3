#@ outcome deadlock
# A thread waits for the end of one that waits for its lock.
let m: Mutex

fn worker(_n: int) {
    lock m {}
}

lock m {
    join(spawn_thread(worker, 0))
}
