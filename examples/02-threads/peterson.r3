# Can two threads exclude each other with loads and stores alone?
# Peterson's answer of 1981: say that you want to, then give way. It holds at every quantum and for every seed, because
# memory here is as one would think: each store is seen by all at once. A real processor delays stores and wants a fence
# between the two; that is one reason to use a mutex.
machine { quantum = 3 }
let wants: [int; 2]
let turn = 0
let inside = 0
let counter = 0

fn work(me: int) {
    for _ in 0..5 {
        wants[me] = 1
        turn = 1 - me                      # after you
        while wants[1 - me] == 1 && turn == 1 - me { sched_yield() }
        inside += 1
        assert inside == 1, "two threads are inside"
        counter += 1
        inside -= 1
        wants[me] = 0
    }
}

let a = spawn_thread(work, 0)
let b = spawn_thread(work, 1)
join(a)
join(b)
println("{counter} of 10 additions counted")
