# Five philosophers, five forks, two forks to eat: how do all get fed?
# If each took the left fork first, five left forks would be taken and nobody would find a right one. Here everyone takes
# the fork with the lower number first, so the last one waits with empty hands.
const N = 5
const MEALS = 3
let forks: [Mutex; N]
let eaten: [int; N]

fn philosopher(me: int) {
    let low = me
    let high = (me + 1) % N
    if high < low {                        # leave this out: the trace ends in a deadlock of five
        low = high
        high = me
    }
    for _ in 0..MEALS {
        lock forks[low] {
            sched_yield()                  # the neighbour reaches for a fork, too
            lock forks[high] {
                eaten[me] += 1
            }
        }
    }
}

let threads: [int; N]
for i in 0..N { threads[i] = spawn_thread(philosopher, i) }
for i in 0..N { join(threads[i]) }
for i in 0..N { println("philosopher {i} ate {eaten[i]} times") }
