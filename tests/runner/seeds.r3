#@ seeds 0..40
#@ quantum 1
let counter = 0
fn work(n: int) {
    for _ in 0..n { counter += 1 }
}
let a = spawn_thread(work, 20)
let b = spawn_thread(work, 20)
join(a)
join(b)
println("{counter}")    #~ out: 40
