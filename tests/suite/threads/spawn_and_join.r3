# Threads share memory and the process; join waits for the end of one, once.
let sum = 0
let tids: [int; 3]

fn add(n: int) {
    sum += n
    assert getpid() != gettid() && thread_self() == gettid()
}

fn fail(r: int) -> str {
    if r < 0 {
        return errname(r)
    }
    return "OK"
}

for i in 0..3 {
    tids[i] = spawn_thread(add, 1 << (4 * i))
}
for tid in tids {
    assert join(tid) == 0
}
println("{sum:x}, the threads were {tids[0] - getpid()} {tids[1] - getpid()} {tids[2] - getpid()}")
println("again {fail(join(tids[0]))}, nobody {fail(join(9999))}, myself {fail(join(thread_self()))}")
let tid = spawn_thread(add, 0x1000)
println("detach {fail(detach(tid))} {fail(detach(tid))}, join {fail(join(tid))}")
sleep_ms(1)
println("{sum:x}")
for _ in 0..8 {
    join(spawn_thread(add, 1))
}
println("{sum:x}")
