# Can a wake-up come too early?
#@ outcome deadlock
# `cond_signal` wakes who waits at that moment, and nobody else: it is not kept. The waiter below looks at `ready` without
# the lock; between its look and its wait the other thread sets it and wakes whoever waits: nobody. Then it sleeps for ever.
# With the look inside the lock, `cond_wait` lets go of the lock and waits in one step, and no wake-up can fall between.
let m: Mutex
let c: Cond
let ready = 0

fn waiter(_: int) {
    if ready == 0 {                        # should be: lock m { while ready == 0 { cond_wait(&c, &m) } }
        sched_yield()                      # here the other one runs
        lock m { cond_wait(&c, &m) }
    }
    println("the waiter goes on")
}

fn setter(_: int) {
    lock m {
        ready = 1
        cond_signal(&c)                    # nobody waits yet
    }
}

let w = spawn_thread(waiter, 0)
let s = spawn_thread(setter, 0)
join(s)
join(w)
