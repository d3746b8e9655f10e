# What each kind of mutex answers: error-checking, recursive, normal.
let m: Mutex
let r = 0

fn unlock(_: int) {
    r = mutex_unlock(&m)
}

fn try(_: int) {
    r = mutex_trylock(&m)
}

fn told(r: int) -> str {
    if r < 0 {
        return errname(r)
    }
    return "OK"
}

mutex_init(&m, MUTEX_ERRORCHECK)
mutex_lock(&m)
println("errorcheck relock {told(mutex_lock(&m))}")
join(spawn_thread(unlock, 0))
println("errorcheck unlock by other {told(r)}")
join(spawn_thread(try, 0))
println("trylock by other {told(r)}")
println("destroy locked {told(mutex_destroy(&m))}")
mutex_unlock(&m)
println("unlock unlocked {told(mutex_unlock(&m))}")
mutex_init(&m, MUTEX_RECURSIVE)
mutex_lock(&m)
println("recursive relock {told(mutex_lock(&m))}")
mutex_unlock(&m)
join(spawn_thread(try, 0))
println("after one unlock trylock by other {told(r)}")
mutex_init(&m, MUTEX_NORMAL)
mutex_lock(&m)
let until: Timespec
clock_gettime(CLOCK_REALTIME, &until)
until.tv_nsec += 20000000
if until.tv_nsec >= 1000000000 {
    until.tv_sec += 1
    until.tv_nsec -= 1000000000
}
println("normal relock with 20 ms limit {told(mutex_timedlock(&m, &until))}")
