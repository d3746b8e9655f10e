# How does an order of locks prevent deadlock?
# The same threads as in deadlock, and the same interruption; but both take `a` first. Who has `a` waits for nobody who
# waits for him: a circle can not close.
let a: Mutex
let b: Mutex

fn work(name: int) {
    lock a {
        sched_yield()
        lock b { println("thread {name} has both") }
    }
}

let t = spawn_thread(work, 1)
let u = spawn_thread(work, 2)
join(t)
join(u)
