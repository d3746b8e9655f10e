# One thread loses the CPU while it has the lock that the other one wants.
machine { quantum = 200 }
let m: Mutex
let counter = 0

fn work(n: int) {
    for _ in 0..n {
        lock m { counter += 1 }
    }
}

let a = spawn_thread(work, 20)
let b = spawn_thread(work, 20)
join(a)
join(b)
assert counter == 40
