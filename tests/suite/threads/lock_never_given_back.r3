#@ outcome deadlock
# No circle, but nobody is left who could give the lock back.
let m: Mutex

fn holder(_n: int) {
    mutex_lock(&m)
}

join(spawn_thread(holder, 0))
lock m {}
