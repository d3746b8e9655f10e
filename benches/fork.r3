# Processes: a small one forks a child that exits, and waits for it.
let turns = 0
let _ok = parse_int(args[1], &turns)
for _ in 0..turns {
    if fork() == 0 {
        exit(0)
    }
    wait()
}
