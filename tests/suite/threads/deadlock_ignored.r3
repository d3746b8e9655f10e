# As a real kernel does: two threads that wait for each other are left alone, and the process can end.
machine { deadlock = ignore }
let left: Mutex
let right: Mutex
let waiting: int

fn first(_n: int) {
    lock left {
        sleep_ms(1)
        waiting += 1
        lock right {}
    }
}

fn second(_n: int) {
    lock right {
        sleep_ms(1)
        waiting += 1
        lock left {}
    }
}

spawn_thread(first, 0)
spawn_thread(second, 0)
while waiting < 2 {
    sleep_ms(1)
}
sleep_ms(1)
println("both wait for ever, and nobody minds")
