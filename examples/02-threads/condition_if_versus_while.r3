# Why is a condition waited for with `while`, not with `if`?
# Being woken does not mean that the condition holds: it held when `cond_signal` was called, and another thread may have
# come first. Here one item is put, and two threads are woken for it.
let m: Mutex
let filled: Cond
let items = 0
let careless = 0                           # took an item that was not there

fn taker(patient: int) {
    lock m {
        if patient == 1 {
            while items == 0 { cond_wait(&filled, &m) }
        } else {
            if items == 0 { cond_wait(&filled, &m) }
        }
        if items == 0 { careless += 1 } else { items -= 1 }
    }
}

fn round(patient: int) {
    let a = spawn_thread(taker, patient)
    let b = spawn_thread(taker, patient)
    sleep_ms(1)                            # both wait
    lock m { items += 1 }
    cond_broadcast(&filled)
    sleep_ms(1)
    println("patient {patient}: {items} items left, {careless} took one that was not there")
    lock m { items += 1 }
    cond_broadcast(&filled)                # for the one who still waits
    join(a)
    join(b)
    items = 0
}
round(1)
round(0)
