#@ outcome deadlock
# Two threads take two locks in different orders, while a third one goes on: who holds what since which line, and who
# waits for it.
let left: Mutex
let right: Mutex

fn first(_n: int) {
    lock left {
        sleep_ms(1)
        lock right {}
    }
}

fn second(_n: int) {
    lock right {
        sleep_ms(1)
        lock left {}
    }
}

spawn_thread(first, 0)
spawn_thread(second, 0)
loop {
    sleep_ms(1)
}
