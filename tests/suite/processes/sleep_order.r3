# Sleepers wake in the order of their times, whoever slept first, and no earlier than they asked for.
fn elapsed_ms(since: *Timespec) -> int {
    let now: Timespec
    clock_gettime(CLOCK_MONOTONIC, &now)
    return (now.tv_sec - since.tv_sec) * 1000 + (now.tv_nsec - since.tv_nsec) / 1000000
}

let start: Timespec
clock_gettime(CLOCK_MONOTONIC, &start)
for ms in [300, 100, 200, 0] {
    if fork() == 0 {
        sleep_ms(ms)
        let slept = elapsed_ms(&start)
        assert slept >= ms && slept < ms + 50
        println("slept {ms}")
        exit(0)
    }
}
while wait() > 0 {}
println("all in less than the sum: {elapsed_ms(&start) < 600}")
let bad = Timespec(tv_nsec: 1000000000)
println("a billion ns: {errname(nanosleep(&bad))}")
