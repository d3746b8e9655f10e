# What does a mutex change?
# The same two threads as in lost_update, interrupted as often. Who finds the lock held sleeps in the kernel (futex) until
# its holder wakes it: no addition is lost, at any quantum, under any seed.
machine { quantum = 5 }
let counter = 0
let m: Mutex

fn work(times: int) {
    for _ in 0..times {
        lock m { counter += 1 }
    }
}

let a = spawn_thread(work, 10)
let b = spawn_thread(work, 10)
join(a)
join(b)
println("2 threads, 10 additions each: {counter}")
assert counter == 20
