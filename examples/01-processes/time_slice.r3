# Two processes never give the CPU away: why do both get on, on one CPU?
#@ trace -mm,-fs,-signal,line=8
# The timer interrupts. Who has used up its time slice goes back to the queue, still able to run, and the other one gets the
# CPU: a context switch that nobody asked for. Look for `preempt` in the trace. Its registers are saved, and when its turn comes
# it goes on in the midst of its loop and notices nothing.
machine { quantum = 4000 }                 # instructions of a time slice
fn count() {
    for _ in 0..3000 {}
}

fn work(name: str) {
    for round in 1..4 {
        count()
        println("{name}: round {round}")
    }
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    println("{name}: interrupted {usage.ru_nivcsw} times")
}

if fork() == 0 {
    work("child")
    exit(0)
}
work("parent")
wait()
