# What do the letters R, S, D, T and Z in ps mean?
# R runs or could run, S sleeps until something comes, D waits for the disk and hears no signal but one that ends it, T was
# stopped, Z has ended and is not reaped. The trace has a line for each change of state, with its cause; --summary counts them.
use procfs

fn show(pid: int, what: str) {
    let p: Process
    read_process(&p, pid)
    println("{p.state:c}  pid {pid} {what}")
}

let me = getpid()
show(me, "reads its own state, so it runs")
let loader = spawn("/bin/yes", ["yes"])
sched_yield()                              # the child gets as far as exec, whose pages are still on the disk
show(loader, "waits for the disk")
kill(loader, SIGKILL)                      # which ends it, where another signal would wait for the disk

let sleeper = spawn("/bin/sleep", ["sleep", "10"])
let zombie = spawn("/bin/true", ["true"])
let looper = fork()
if looper == 0 {
    loop {}                                # never gives the CPU away: it is taken from it
}
let stopped = spawn("/bin/yes", ["yes"])
kill(stopped, SIGSTOP)
sleep_ms(20)                               # let each of them come to its state
show(looper, "loops")
show(sleeper, "sleeps")
show(stopped, "is stopped")
show(zombie, "has ended")
