# Locks and what else threads wait for, over futex(2). The names are those of pthreads(7) without the prefix, and so are
# the errors, negative as everywhere. All of them begin as zero: `let m: Mutex` is an unlocked mutex.
#
# Each lock begins with the lock record, by which others can tell who holds it:
#
#   word     u32   the futex
#   owner    i32   the tid of the holder, 0 for none
#   since    uint  the instruction of the program that took it

# pthread_mutex_t(3). Its word is 0: free, 1: held, 2: held and waited for (Drepper, Futexes Are Tricky).
struct Mutex {
    word: u32
    owner: i32
    since: uint
    kind: i32                     # MUTEX_NORMAL and so on, and MUTEX_SHARED
    depth: u32                    # how often a recursive one is held beyond the first time
}

# Locking it twice waits for ever.
const MUTEX_NORMAL = 0
# Its holder may lock it again, and unlocks it as often.
const MUTEX_RECURSIVE = 1
# Locking it twice is -EDEADLK, unlocking another's -EPERM.
const MUTEX_ERRORCHECK = 2
# Added to a kind: lies in memory that processes share.
const MUTEX_SHARED = 128

const LOCK_TAKEN = 0
const LOCK_CONTENDED = 1
const LOCK_RELEASED = 2

# pthread_mutex_init(3): an unlocked mutex of a kind.
fn mutex_init(m: *Mutex, kind: int = MUTEX_NORMAL) -> int {
    *m = Mutex(kind: kind as i32)
    return 0
}

# pthread_mutex_destroy(3): -EBUSY if somebody holds it.
fn mutex_destroy(m: *Mutex) -> int {
    if atomic_load(&m.word) != 0 {
        return -EBUSY
    }
    return 0
}

# pthread_mutex_lock(3): takes the mutex, waiting if it must.
fn mutex_lock(m: *Mutex) -> int {
    if m.kind == MUTEX_NORMAL && compare_exchange(&m.word, 0, 1) {
        let place = __caller() - 8
        m.owner = (__tls() as *Thread).tid
        m.since = place as uint
        __lock_note(m, LOCK_TAKEN, place)
        return 0
    }
    return mutex_take(m, __caller() - 8, nil)
}

# pthread_mutex_timedlock(3): the same until a time of CLOCK_REALTIME, then -ETIMEDOUT.
fn mutex_timedlock(m: *Mutex, until: *Timespec) -> int {
    return mutex_take(m, __caller() - 8, until)
}

# pthread_mutex_trylock(3): takes the mutex if nobody holds it, else -EBUSY.
fn mutex_trylock(m: *Mutex) -> int {
    if !compare_exchange(&m.word, 0, 1) {
        if m.kind & 3 == MUTEX_RECURSIVE && m.owner == thread_self() {
            m.depth += 1
            return 0
        }
        return -EBUSY
    }
    mutex_taken(m, __caller() - 8)
    return 0
}

# pthread_mutex_unlock(3): gives the mutex back and wakes one who waits.
fn mutex_unlock(m: *Mutex) -> int {
    if m.kind == MUTEX_NORMAL {
        m.owner = 0
        __lock_note(m, LOCK_RELEASED, __caller() - 8)
        if atomic_swap(&m.word, 0) == 2 {
            futex_wake(&m.word, 1)
        }
        return 0
    }
    return mutex_give(m, __caller() - 8)
}

# Locks a mutex of any kind at the instruction `place` of the program.
fn mutex_take(m: *Mutex, place: int, until: *Timespec) -> int {
    let kind = m.kind & 3
    if kind != MUTEX_NORMAL && m.owner == thread_self() {
        if kind == MUTEX_ERRORCHECK {
            return -EDEADLK
        }
        m.depth += 1
        return 0
    }
    if !compare_exchange(&m.word, 0, 1) {
        __lock_note(m, LOCK_CONTENDED, place)
        while atomic_swap(&m.word, 2) != 0 {
            let r = futex_wait(&m.word, 2, until, &m.word, m.kind & MUTEX_SHARED != 0)
            if r == -ETIMEDOUT || r == -EINVAL {
                return r
            }
        }
    }
    mutex_taken(m, place)
    return 0
}

# Notes who holds a mutex.
fn mutex_taken(m: *Mutex, place: int) {
    m.owner = thread_self() as i32
    m.since = place as uint
    __lock_note(m, LOCK_TAKEN, place)
}

# Unlocks a mutex of any kind.
fn mutex_give(m: *Mutex, place: int) -> int {
    if m.kind & 3 != MUTEX_NORMAL {
        if m.owner != thread_self() {
            return -EPERM
        }
        if m.depth > 0 {
            m.depth -= 1
            return 0
        }
    }
    m.owner = 0
    __lock_note(m, LOCK_RELEASED, place)
    if atomic_swap(&m.word, 0) == 2 {
        futex_wake(&m.word, 1, m.kind & MUTEX_SHARED != 0)
    }
    return 0
}

# What becomes of a `lock` that cannot have its mutex.
fn lock_failed(r: int) {
    if r == -EDEADLK {
        eprintln("lock: this thread holds the mutex already (EDEADLK)")
    } else {
        eprintln("lock: error {-r}")
    }
    abort()
}

# pthread_cond_t(3): where threads wait, with a mutex, until another one signals.
struct Cond {
    turn: u32                     # the futex: counts the signals
    waiters: u32
}

# pthread_cond_wait(3): gives the mutex back, sleeps until a signal, and takes the mutex again. It may return without a
# signal: the condition is to be looked at again.
fn cond_wait(c: *Cond, m: *Mutex) -> int {
    return cond_sleep(c, m, nil, __caller() - 8)
}

# pthread_cond_timedwait(3): the same until a time of CLOCK_REALTIME, then -ETIMEDOUT, with the mutex.
fn cond_timedwait(c: *Cond, m: *Mutex, until: *Timespec) -> int {
    return cond_sleep(c, m, until, __caller() - 8)
}

# Waits for a signal at the instruction `place` of the program.
fn cond_sleep(c: *Cond, m: *Mutex, until: *Timespec, place: int) -> int {
    if m.kind & 3 != MUTEX_NORMAL && m.owner != thread_self() {
        return -EPERM
    }
    let turn = atomic_load(&c.turn)
    atomic_add(&c.waiters, 1)
    let depth = m.depth
    m.depth = 0
    mutex_give(m, place)
    let r = futex_wait(&c.turn, turn, until)
    mutex_take(m, place, nil)
    m.depth = depth
    atomic_sub(&c.waiters, 1)
    if r == -EAGAIN || r == -EINTR {
        return 0
    }
    return r
}

# pthread_cond_signal(3): wakes one who waits.
fn cond_signal(c: *Cond) -> int {
    return cond_wake(c, 1)
}

# pthread_cond_broadcast(3): wakes all who wait.
fn cond_broadcast(c: *Cond) -> int {
    return cond_wake(c, 0x7fffffff)
}

# Wakes at most so many, with a system call only if somebody waits.
fn cond_wake(c: *Cond, count: int) -> int {
    if atomic_load(&c.waiters) > 0 {
        atomic_add(&c.turn, 1)
        futex_wake(&c.turn, count)
    }
    return 0
}

# sem_t(7): a number that is never below zero.
struct Semaphore {
    value: u32                    # the futex
    waiters: u32
    shared: bool
}

# sem_init(3): a semaphore of that value; `shared` if it lies in memory that processes share.
fn sem_init(s: *Semaphore, value: int, shared: bool = false) -> int {
    if value < 0 || value > 0x7fffffff {
        return -EINVAL
    }
    *s = Semaphore(value: value as u32, shared: shared)
    return 0
}

# sem_wait(3): waits until the value is above zero and takes one off; -EINTR if a signal came meanwhile.
fn sem_wait(s: *Semaphore) -> int {
    return sem_timedwait(s, nil)
}

# sem_timedwait(3): the same until a time of CLOCK_REALTIME, then -ETIMEDOUT.
fn sem_timedwait(s: *Semaphore, until: *Timespec) -> int {
    while sem_trywait(s) != 0 {
        atomic_add(&s.waiters, 1)
        let r = futex_wait(&s.value, 0, until, nil, s.shared)
        atomic_sub(&s.waiters, 1)
        if r < 0 && r != -EAGAIN {
            return r
        }
    }
    return 0
}

# sem_trywait(3): takes one off if the value is above zero, else -EAGAIN.
fn sem_trywait(s: *Semaphore) -> int {
    loop {
        let value = atomic_load(&s.value)
        if value == 0 {
            return -EAGAIN
        }
        if compare_exchange(&s.value, value, value - 1) {
            return 0
        }
    }
}

# sem_post(3): adds one and wakes one who waits; -EOVERFLOW if the value is the largest.
fn sem_post(s: *Semaphore) -> int {
    loop {
        let value = atomic_load(&s.value)
        if value == 0x7fffffff {
            return -EOVERFLOW
        }
        if compare_exchange(&s.value, value, value + 1) {
            break
        }
    }
    if atomic_load(&s.waiters) > 0 {
        futex_wake(&s.value, 1, s.shared)
    }
    return 0
}

# sem_getvalue(3): the value.
fn sem_getvalue(s: *Semaphore) -> int {
    return atomic_load(&s.value)
}

# pthread_rwlock_t: many readers or one writer. Its word counts readers, RWLOCK_WRITER stands for a writer, and
# RWLOCK_WAITED is added when somebody waits. As glibc's it prefers readers; the algorithm is musl's.
struct RwLock {
    word: u32
    owner: i32                    # the writer
    since: uint
    waiters: u32
}

const RWLOCK_WRITER: u32 = 0x7fffffff
const RWLOCK_WAITED: u32 = 0x80000000

# pthread_rwlock_rdlock(3): waits until no writer holds it.
fn rwlock_rdlock(l: *RwLock) -> int {
    if l.owner == thread_self() {
        return -EDEADLK
    }
    while rwlock_tryread(l) != 0 {
        let word = atomic_load(&l.word)
        if word & RWLOCK_WRITER == RWLOCK_WRITER {
            rwlock_sleep(l, word, __caller() - 8)
        }
    }
    __lock_note(l, LOCK_TAKEN, __caller() - 8)
    return 0
}

# pthread_rwlock_tryrdlock(3): -EBUSY if a writer holds it.
fn rwlock_tryrdlock(l: *RwLock) -> int {
    let r = rwlock_tryread(l)
    if r == 0 {
        __lock_note(l, LOCK_TAKEN, __caller() - 8)
    }
    return r
}

# pthread_rwlock_wrlock(3): waits until nobody holds it; -EDEADLK if it is this thread.
fn rwlock_wrlock(l: *RwLock) -> int {
    if l.owner == thread_self() {
        return -EDEADLK
    }
    while !compare_exchange(&l.word, 0, RWLOCK_WRITER) {
        let word = atomic_load(&l.word)
        if word != 0 {
            rwlock_sleep(l, word, __caller() - 8)
        }
    }
    rwlock_written(l, __caller() - 8)
    return 0
}

# pthread_rwlock_trywrlock(3): -EBUSY if somebody holds it.
fn rwlock_trywrlock(l: *RwLock) -> int {
    if !compare_exchange(&l.word, 0, RWLOCK_WRITER) {
        return -EBUSY
    }
    rwlock_written(l, __caller() - 8)
    return 0
}

# pthread_rwlock_unlock(3): gives back what this thread holds, and wakes all who wait if nobody else holds it.
fn rwlock_unlock(l: *RwLock) -> int {
    __lock_note(l, LOCK_RELEASED, __caller() - 8)
    if l.owner == thread_self() {
        l.owner = 0
    }
    loop {
        let word = atomic_load(&l.word)
        let holders = word & RWLOCK_WRITER
        let waiters = atomic_load(&l.waiters)
        let left = word - 1
        if holders == RWLOCK_WRITER || holders == 1 {
            left = 0
        }
        if holders == 0 {
            return -EPERM
        }
        if compare_exchange(&l.word, word, left) {
            if left == 0 && (waiters > 0 || word & RWLOCK_WAITED != 0) {
                futex_wake(&l.word, 0x7fffffff)
            }
            return 0
        }
    }
}

# pthread_rwlock_destroy(3): -EBUSY if somebody holds it.
fn rwlock_destroy(l: *RwLock) -> int {
    if atomic_load(&l.word) & RWLOCK_WRITER != 0 {
        return -EBUSY
    }
    return 0
}

# Counts one more reader if no writer is there.
fn rwlock_tryread(l: *RwLock) -> int {
    loop {
        let word = atomic_load(&l.word)
        let readers = word & RWLOCK_WRITER
        if readers == RWLOCK_WRITER {
            return -EBUSY
        }
        if readers == RWLOCK_WRITER - 1 {
            return -EAGAIN
        }
        if compare_exchange(&l.word, word, word + 1) {
            return 0
        }
    }
}

# Sleeps until the word is another one.
fn rwlock_sleep(l: *RwLock, word: u32, place: int) {
    let waited = word | RWLOCK_WAITED
    __lock_note(l, LOCK_CONTENDED, place)
    atomic_add(&l.waiters, 1)
    if word == waited || compare_exchange(&l.word, word, waited) {
        futex_wait(&l.word, waited, nil, &l.word)
    }
    atomic_sub(&l.waiters, 1)
}

# Notes who writes.
fn rwlock_written(l: *RwLock, place: int) {
    l.owner = thread_self() as i32
    l.since = place as uint
    __lock_note(l, LOCK_TAKEN, place)
}

# pthread_barrier_t: where a number of threads wait for one another.
struct Barrier {
    state: u32                    # the futex: rounds * 65,536 + those who wait
    total: u32
}

# What one of the threads gets: PTHREAD_BARRIER_SERIAL_THREAD.
const BARRIER_SERIAL = -1

# pthread_barrier_init(3): for `total` threads, 1 to 65,535.
fn barrier_init(b: *Barrier, total: int) -> int {
    if total < 1 || total > 65535 {
        return -EINVAL
    }
    *b = Barrier(total: total as u32)
    return 0
}

# pthread_barrier_wait(3): waits until all have come. The last one gets BARRIER_SERIAL, the others 0.
fn barrier_wait(b: *Barrier) -> int {
    let state = atomic_load(&b.state)
    loop {
        let next = state + 1
        if next & 0xffff == b.total {
            next = (state | 0xffff) + 1
        }
        if compare_exchange(&b.state, state, next) {
            if next & 0xffff == 0 {
                futex_wake(&b.state, 0x7fffffff)
                return BARRIER_SERIAL
            }
            break
        }
        state = atomic_load(&b.state)
    }
    let round = state >> 16
    loop {
        state = atomic_load(&b.state)
        if state >> 16 != round {
            return 0
        }
        futex_wait(&b.state, state)
    }
}

# pthread_once_t: something that is done once, whoever comes first.
struct Once {
    state: u32                    # the futex: ONCE_NEW and so on
}

const ONCE_NEW = 0
const ONCE_RUNS = 1
const ONCE_WAITED = 2
const ONCE_DONE = 3

# pthread_once(3): calls f if nobody has, and returns when that call has.
fn once(o: *Once, f: fn()) {
    if compare_exchange(&o.state, ONCE_NEW, ONCE_RUNS) {
        f()
        if atomic_swap(&o.state, ONCE_DONE) == ONCE_WAITED {
            futex_wake(&o.state, 0x7fffffff)
        }
        return
    }
    while atomic_load(&o.state) != ONCE_DONE {
        compare_exchange(&o.state, ONCE_RUNS, ONCE_WAITED)
        futex_wait(&o.state, ONCE_WAITED)
    }
}

# A spinlock: who waits burns its time. On one CPU it spins until its slice is over.
struct SpinLock {
    word: u32
    owner: i32
    since: uint
}

# pthread_spin_lock(3).
fn spin_lock(l: *SpinLock) {
    if atomic_swap(&l.word, 1) != 0 {
        __lock_note(l, LOCK_CONTENDED, __caller() - 8)
        loop {
            while atomic_load(&l.word) != 0 {}
            if atomic_swap(&l.word, 1) == 0 {
                break
            }
        }
    }
    l.owner = thread_self() as i32
    l.since = (__caller() - 8) as uint
    __lock_note(l, LOCK_TAKEN, l.since)
}

# pthread_spin_trylock(3): -EBUSY if somebody holds it.
fn spin_trylock(l: *SpinLock) -> int {
    if atomic_swap(&l.word, 1) != 0 {
        return -EBUSY
    }
    l.owner = thread_self() as i32
    l.since = (__caller() - 8) as uint
    __lock_note(l, LOCK_TAKEN, l.since)
    return 0
}

# pthread_spin_unlock(3).
fn spin_unlock(l: *SpinLock) {
    l.owner = 0
    __lock_note(l, LOCK_RELEASED, __caller() - 8)
    atomic_store(&l.word, 0)
}

# A ticket lock: a spinlock that is fair. Its word is the ticket that is served.
struct TicketLock {
    word: u32
    owner: i32
    since: uint
    next: u32
}

# Draws a ticket and spins until it is served.
fn ticket_lock(l: *TicketLock) {
    let ticket = atomic_add(&l.next, 1)
    if atomic_load(&l.word) != ticket {
        __lock_note(l, LOCK_CONTENDED, __caller() - 8)
        while atomic_load(&l.word) != ticket {}
    }
    l.owner = thread_self() as i32
    l.since = (__caller() - 8) as uint
    __lock_note(l, LOCK_TAKEN, l.since)
}

# Serves the next ticket.
fn ticket_unlock(l: *TicketLock) {
    l.owner = 0
    __lock_note(l, LOCK_RELEASED, __caller() - 8)
    atomic_add(&l.word, 1)
}

# Peterson's lock for two threads, which needs loads and stores alone, in order. Its word is whose turn it is to wait.
struct Peterson {
    word: u32
    owner: i32
    since: uint
    wants: [u32; 2]
}

# Takes it as thread `me`, 0 or 1.
fn peterson_lock(l: *Peterson, me: int) {
    let other = 1 - me
    atomic_store(&l.wants[me], 1)
    atomic_store(&l.word, me as u32)
    if atomic_load(&l.wants[other]) == 1 && atomic_load(&l.word) == me as u32 {
        __lock_note(l, LOCK_CONTENDED, __caller() - 8)
        while atomic_load(&l.wants[other]) == 1 && atomic_load(&l.word) == me as u32 {}
    }
    l.owner = thread_self() as i32
    l.since = (__caller() - 8) as uint
    __lock_note(l, LOCK_TAKEN, l.since)
}

# Gives it back as thread `me`.
fn peterson_unlock(l: *Peterson, me: int) {
    l.owner = 0
    __lock_note(l, LOCK_RELEASED, __caller() - 8)
    atomic_store(&l.wants[me], 0)
}
