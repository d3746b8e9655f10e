# What does a shell do with `seq 3 | grep -v 2 | wc -l`?
#@ trace -mm,-sched,-fs,-task,-signal,-user
# For each command a child, between each two a pipe, all of them at once: nobody waits for another to finish. The children
# share the pipes by descriptors 0 and 1 and know nothing of each other. The shell closes its own ends, then waits.
let status = run("/bin/sh", ["sh", "-c", "seq 3 | grep -v 2 | wc -l; echo status $?"])
println("sh exited with {shell_status(status)}")
