# What is a deadlock, and how does one find it?
#@ outcome deadlock
# Each thread holds one lock and wants the other's: nobody can go on, ever. Linux would let them sleep; ring3 ends the run
# and tells the circle. The cure is in deadlock_cured: all take the locks in the same order.
let a: Mutex
let b: Mutex

fn first(_: int) {
    lock a {
        sched_yield()                      # here the other one gets its lock
        lock b { println("first has both") }
    }
}

fn second(_: int) {
    lock b {
        sched_yield()
        lock a { println("second has both") }
    }
}

let t = spawn_thread(first, 0)
let u = spawn_thread(second, 0)
join(t)
join(u)
