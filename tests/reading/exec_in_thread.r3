# A thread executes a program: the others end, and it goes on under the leader's number.
fn other(n: int) { pause() }
fn execute(n: int) {
    sleep_ms(20)
    exec("/bin/true", ["true"])
}
let a = spawn_thread(other, 0)
let b = spawn_thread(execute, 0)
join(b)
