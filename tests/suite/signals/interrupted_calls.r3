# What a sleeping call does when a handler runs: EINTR, or called again under SA_RESTART; partial counts are returned.
fn wake_up(sig: int) {
    print("[{signame(sig)}] ")
}

# Has SIGALRM sent soon.
fn soon() {
    let timer = Itimerval(it_value: Timeval(tv_usec: 5000))
    setitimer(ITIMER_REAL, &timer)
}

# A child that writes or ends after 20 ms.
fn later(fd: int) {
    if fork() == 0 {
        sleep_ms(20)
        write(fd, "x")
        exit(3)
    }
}

let fds: [int; 2]
must(pipe(&fds))
let byte_read: [byte; 1]
let status = 0
for flags in [0, SA_RESTART] {
    println("flags {flags:x}")
    handle(SIGALRM, wake_up, flags)
    later(fds[1])
    soon()
    println("read: {errname(read(fds[0], byte_read))}")
    soon()
    println("wait: {errname(wait(&status))}")
    if flags == 0 {
        assert read(fds[0], byte_read) == 1
        wait()
    }
    let left: Timespec
    soon()
    soon()
    let request = Timespec(tv_nsec: 50000000)
    println("nanosleep: {errname(nanosleep(&request, &left))}, left {left.tv_nsec / 1000000} ms")
    soon()
    println("pause: {errname(pause())}")
    soon()
    println("poll: {errname(poll([Pollfd(fd: fds[0] as i32, events: POLLIN as u16)], 50))}")
    soon()
    println("sigsuspend: {errname(sigsuspend(0))}")
    soon()
    println("sigtimedwait: {errname(sigwaitinfo(sigmask(SIGUSR1)))}")
}
let full: [byte; 4096]
for _ in 0..15 {
    assert write(fds[1], full) == 4096
}
let big: [byte; 10000]
soon()
println("write: {write(fds[1], big)} of 10000")
