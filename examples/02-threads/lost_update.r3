# Two threads add 1 to one counter. Why can an addition get lost?
#@ trace mem,-mm,-task,-sched,-syscall,-signal,-fs,line=12
# `counter += 1` is a load, an addition and a store. A thread that is interrupted between the load and the store writes
# an old sum when it goes on. `ring3 explore` tries every order: 2 additions by each of 2 threads make 2, 3 or 4.
machine { quantum = 5 }                    # instructions until the other one gets the CPU
let counter = 0
let go = 0

fn work(times: int) {
    while go == 0 { sched_yield() }        # so that both begin at once
    for _ in 0..times {
        counter += 1
    }
}

let a = spawn_thread(work, 4)
let b = spawn_thread(work, 4)
go = 1
join(a)
join(b)
println("2 threads, 4 additions each: {counter}")
