# alarm(2) and setitimer(2): once, again and again, taken back; what waits is rounded, and a fork has none.
let rings = 0

fn ring(sig: int) {
    rings += 1
}

handle(SIGALRM, ring)
println("no alarm before: {alarm(10)}, then {alarm(2)}")
let now: Itimerval
getitimer(ITIMER_REAL, &now)
println("left: {now.it_value.tv_sec} s {now.it_value.tv_usec / 1000} ms")
if fork() == 0 {
    println("a child has none: {alarm(0)}")
    exit(0)
}
wait()
println("pause: {errname(pause())}, rang {rings}")
rings = 0
let again = Itimerval(it_interval: Timeval(tv_usec: 2000), it_value: Timeval(tv_usec: 1000))
setitimer(ITIMER_REAL, &again)
while rings < 5 {
    pause()
}
let none: Itimerval
setitimer(ITIMER_REAL, &none, &now)
println("rang {rings}, every {now.it_interval.tv_usec} us")
println("sleep: {errname(sleep_ms(20))}, rang {rings}")
let bad = Itimerval(it_value: Timeval(tv_usec: 1000000))
println("{errname(setitimer(ITIMER_REAL, &bad))} {errname(setitimer(7, &none))}")
signal(SIGALRM, SIG_IGN)
setitimer(ITIMER_REAL, &again)
println("ignored: {errname(sleep_ms(20))}")
let status = 0
if fork() == 0 {
    signal(SIGALRM, SIG_DFL)
    alarm(1)
    loop {
        pause()
    }
}
wait(&status)
println("by default: {signame(WTERMSIG(status))}")
