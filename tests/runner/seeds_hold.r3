#@ seeds 0..20,77
#@ quantum 1
let counter = 0
let m: Mutex
fn work(n: int) {
    for _ in 0..n { lock m { counter += 1 } }
}
let a = spawn_thread(work, 3)
let b = spawn_thread(work, 3)
join(a)
join(b)
println("{counter}")    #~ out: 6
