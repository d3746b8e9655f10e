# Why is a flag no lock?
# Between the look at the flag and the setting of it there is room for another thread: both see it free, both go in.
# One atomic instruction does both at once: replace the two lines of `enter` by `while atomic_swap(&flag, 1) == 1 {}`.
machine { quantum = 6 }
let flag = 0
let inside = 0
let worst = 0
let go = 0

fn enter() {
    while flag == 1 { sched_yield() }
    flag = 1                               # too late: another thread may have passed the loop, too
}

fn work(times: int) {
    while go == 0 { sched_yield() }        # so that both begin at once
    for _ in 0..times {
        enter()
        let now = atomic_add(&inside, 1) + 1
        if now > worst { worst = now }
        atomic_sub(&inside, 1)
        flag = 0
    }
}

let a = spawn_thread(work, 10)
let b = spawn_thread(work, 10)
go = 1
join(a)
join(b)
println("at most {worst} threads were inside at once")
