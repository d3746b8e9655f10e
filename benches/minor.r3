# Minor faults: a page is touched for the first time and given back; the arguments say how often, and how many pages are
# mapped at a time.
let turns = 0
let pages = 0
let _turns = parse_int(args[1], &turns)
let _pages = parse_int(args[2], &pages)
for _ in 0..turns / pages {
    let p = mmap(pages * PAGE_SIZE)
    for page in 0..pages {
        p[page * PAGE_SIZE] = 1
    }
    munmap(p, pages * PAGE_SIZE)
}
