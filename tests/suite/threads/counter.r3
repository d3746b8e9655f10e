# Two threads, one counter, one lock.
let counter = 0
let m: Mutex

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
println("{counter} {m.word} {m.owner}")
