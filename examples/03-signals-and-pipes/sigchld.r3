# How does a parent learn that a child has ended, without waiting for it?
#@ trace -mm,-sched,-fs,-pipe,-sync,line=10,line=19..22
# The kernel sends it SIGCHLD. Two children end while the signal is held back, and one SIGCHLD comes: a signal is a bit, not
# a message. So a handler reaps until nobody is left to reap, or zombies stay.
let calls = 0
let reaped = 0

fn on_child(sig: int) {
    calls += 1
    while waitpid(-1, nil, WNOHANG) > 0 {
        reaped += 1
    }
}

handle(SIGCHLD, on_child)
sigprocmask(SIG_BLOCK, sigmask(SIGCHLD))
spawn("/bin/true", ["true"])
spawn("/bin/true", ["true"])
sleep_ms(10)                               # both end in this time
sigprocmask(SIG_UNBLOCK, sigmask(SIGCHLD)) # the handler runs before this returns
println("{calls} call of the handler, {reaped} children reaped")
