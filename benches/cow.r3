# Copy on write: a process with so many pages forks so often, and the child writes so many of them.
let turns = 0
let pages = 0
let written = 0
let _turns = parse_int(args[1], &turns)
let _pages = parse_int(args[2], &pages)
let _written = parse_int(args[3], &written)
let p = mmap(pages * PAGE_SIZE)
for page in 0..pages {
    p[page * PAGE_SIZE] = 1
}
for _ in 0..turns {
    if fork() == 0 {
        for page in 0..written {
            p[page * PAGE_SIZE] = 2
        }
        exit(0)
    }
    wait()
}
