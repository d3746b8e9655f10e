# Two threads add 1 to one counter. Why can an addition get lost?
#@ trace -task,-sched,-syscall,-signal,-mode,sched.Current
# `counter += 1` is a load, an addition and a store. A thread that is interrupted between the load and the store writes
# an old sum when it goes on. `ring3 explore` tries every order: with 2 threads of 2 the result is 2, 3 or 4.
machine { quantum = 5 }                    # instructions until the other one gets the CPU
let counter = 0

fn work(times: int) {
    for _ in 0..times {
        counter += 1
    }
}

let a = spawn_thread(work, 2)
let b = spawn_thread(work, 2)
join(a)
join(b)
println("2 threads, 2 additions each: {counter}")
