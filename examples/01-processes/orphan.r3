# Who is the parent of a process whose parent has ended?
# Init, pid 1: it adopts orphans and waits for them, so that none stays a zombie. In the trace the parent's exit gives
# the grandchild a new parent; init reaps it at the end.
let pair: [int; 2]
pipe(&pair)
if fork() == 0 {
    if fork() == 0 {
        println("born:     pid {getpid()}, parent {getppid()}")
        close(pair[1])
        let nothing: [byte; 1]
        let _end = read(pair[0], nothing)  # ends when the last writer has: the parent
        println("orphaned: pid {getpid()}, parent {getppid()}")
        exit(0)
    }
    sleep_ms(1)
    exit(0)                                # ends before its child
}
close(pair[1])
wait()
sleep_ms(1)                                # the orphan speaks; waiting for it is no longer our business
println("wait: {errname(wait())}")
