# A read-write lock: readers together, a writer alone.
let l: RwLock
let value = 0
let b: Barrier

fn read_once(_: int) {
    rwlock_rdlock(&l)
    barrier_wait(&b)
    assert l.word & RWLOCK_WRITER == 2
    barrier_wait(&b)
    rwlock_unlock(&l)
}

fn write_once(n: int) {
    rwlock_wrlock(&l)
    let v = value
    sched_yield()
    value = v + n
    rwlock_unlock(&l)
}

barrier_init(&b, 2)
let readers = [spawn_thread(read_once, 0), spawn_thread(read_once, 0)]
for t in readers {
    join(t)
}
let writers = [spawn_thread(write_once, 1), spawn_thread(write_once, 10)]
for t in writers {
    join(t)
}
rwlock_wrlock(&l)
println("{value} {errname(rwlock_trywrlock(&l))} {errname(rwlock_wrlock(&l))} {errname(rwlock_tryrdlock(&l))} {errname(rwlock_destroy(&l))}")
rwlock_unlock(&l)
rwlock_rdlock(&l)
println("{rwlock_tryrdlock(&l)} {errname(rwlock_trywrlock(&l))} {l.word}")
rwlock_unlock(&l)
rwlock_unlock(&l)
println("{errname(rwlock_unlock(&l))} {l.word} {rwlock_destroy(&l)}")
