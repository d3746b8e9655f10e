# A lost update, forced: both threads load 0, meet at a barrier, and both store 1.
let x = 0
let b: Barrier

fn increment(_: int) {
    let v = x
    barrier_wait(&b)
    x = v + 1
}

barrier_init(&b, 2)
let first = spawn_thread(increment, 0)
let second = spawn_thread(increment, 0)
join(first)
join(second)
println("two increments, X={x}")
x = 0
if fork() == 0 {
    x = 5
    exit(0)
}
wait()
println("a process does not share X: {x}")
