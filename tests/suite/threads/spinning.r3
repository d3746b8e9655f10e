# Locks that burn time instead of sleeping: a spinlock, a ticket lock, and Peterson's for two.
#@ max-steps 10000000
let s: SpinLock
let t: TicketLock
let p: Peterson
let counts: [int; 3]

fn work(me: int) {
    for _ in 0..10 {
        spin_lock(&s)
        counts[0] += 1
        spin_unlock(&s)
        ticket_lock(&t)
        counts[1] += 1
        ticket_unlock(&t)
        peterson_lock(&p, me)
        counts[2] += 1
        peterson_unlock(&p, me)
    }
}

let other = spawn_thread(work, 1)
work(0)
join(other)
println("{counts[0]} {counts[1]} {counts[2]}")
spin_lock(&s)
println("{errname(spin_trylock(&s))} {s.owner == gettid()}")
spin_unlock(&s)
println("{spin_trylock(&s)}")
