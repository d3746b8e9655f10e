# Who gives a deep recursion its stack?
#@ status 139
# The page fault: a touch below the stack's area extends it, up to the limit of 8 MiB. Behind that there is no growing,
# and the same fault becomes SIGSEGV. The report shows where it stood.
fn depth(n: int) -> int {
    let room: [byte; 4096]                 # a page for each call
    room[0] = n as byte
    if n == 0 {
        return 0
    }
    return depth(n - 1) + 1
}

let before = faults()
println("depth {depth(1000)}: {faults() - before} faults")
println("depth {depth(1000)} again: {faults() - before} faults in all")
depth(1000000)
