# At a barrier all wait for the last one; what is done once is done by whoever comes first.
let b: Barrier
let o: Once
let rounds: [int; 2]
let serials = 0
let inits = 0

fn init() {
    inits += 1
}

fn go(me: int) {
    once(&o, init)
    assert inits == 1
    for _ in 0..3 {
        rounds[me] += 1
        if barrier_wait(&b) == BARRIER_SERIAL {
            serials += 1
        }
        assert rounds[0] == rounds[1]
        barrier_wait(&b)
    }
}

println("{errname(barrier_init(&b, 0))} {barrier_init(&b, 2)}")
let t = spawn_thread(go, 1)
go(0)
join(t)
println("{rounds[0]} {rounds[1]} {serials} {inits}")
