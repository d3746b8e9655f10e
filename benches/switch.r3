# Context switches: two processes give way to each other; the argument says how often both together.
let turns = 0
let _ok = parse_int(args[1], &turns)
let child = fork()
for _ in 0..turns / 2 {
    syscall(SYS_sched_yield)
}
if child == 0 {
    exit(0)
}
wait()
