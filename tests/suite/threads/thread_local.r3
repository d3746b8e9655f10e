# Each thread has its own thread-local variables, zero at its start, on a stack that was used before as well.
thread_local let number: int
thread_local let bytes: [byte; 3]
thread_local let name: str
let shared = 0

fn work(x: int) {
    assert number == 0 && bytes[2] == 0 && len(name) == 0
    number = x
    bytes[2] = 9
    name = "a thread"
    shared += 1
    number += shared
    println("{number} {bytes[2]} {name}")
}

number = 5
name = "the first"
for i in 0..3 {
    join(spawn_thread(work, 10 * i))
}
println("{number} {bytes[2]} {name}")
let child = fork()
if child == 0 {
    println("a child's are copies: {number} {name}")
    number = 6
    join(spawn_thread(work, 40))
    exit(0)
}
wait()
println("{number} {name} {shared}")
