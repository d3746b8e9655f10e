# How does one thread hand work to another without asking all the time?
# A buffer of three places, a lock, and two conditions. Who finds the buffer full or empty sleeps until the other one has
# changed that: look for `futex` in the trace, and for how few there are.
const PLACES = 3
const ITEMS = 8
let m: Mutex
let not_full: Cond
let not_empty: Cond
let buffer: [int; PLACES]
let count = 0
let first = 0

fn producer(n: int) {
    for item in 0..n {
        lock m {
            while count == PLACES { cond_wait(&not_full, &m) }
            buffer[(first + count) % PLACES] = item * item
            count += 1
            cond_signal(&not_empty)
        }
    }
}

let p = spawn_thread(producer, ITEMS)
let sum = 0
for _ in 0..ITEMS {
    lock m {
        while count == 0 { cond_wait(&not_empty, &m) }
        sum += buffer[first]
        first = (first + 1) % PLACES
        count -= 1
        cond_signal(&not_full)
    }
}
join(p)
println("the sum of {ITEMS} squares is {sum}")
