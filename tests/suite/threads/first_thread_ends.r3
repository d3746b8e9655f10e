# thread_exit in the first thread: the process lives until its last thread ends, and its status is then 0.
fn last(_: int) {
    sleep_ms(1)
    println("the last one")
}

if fork() == 0 {
    spawn_thread(last, 0)
    thread_exit()
}
let status = 0
wait(&status)
println("status {status}")
