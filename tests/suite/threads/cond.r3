# A condition variable: those who wait go on when what they wait for is true.
let m: Mutex
let c: Cond
let ready = 0
let seen = 0

fn await(n: int) {
    lock m {
        while ready < n {
            cond_wait(&c, &m)
        }
        assert m.owner == gettid()
        seen += 1
    }
}

let a = spawn_thread(await, 1)
let b = spawn_thread(await, 2)
sleep_ms(1)
lock m {
    ready = 1
    cond_broadcast(&c)
}
join(a)
println("{seen}")
lock m {
    ready = 2
    cond_signal(&c)
}
join(b)
let until: Timespec
clock_gettime(CLOCK_REALTIME, &until)
until.tv_nsec += 1000
lock m {
    println("{seen} {errname(cond_timedwait(&c, &m, &until))} {m.word}")
}
