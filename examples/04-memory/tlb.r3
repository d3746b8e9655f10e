# The same 65,536 loads in two orders: why does one take longer?
# The TLB remembers 1,024 translations. Page after page, the first load of each page walks through the tables and the
# others find what it left. Across all 2,048 pages, a page's translation has been pushed out when its turn comes again:
# every load walks. Try --summary, which counts what missed.
const PAGES = 2048
const LOADS = 32
const WALK_NS = 30                         # what a walk costs on this machine

fn now() -> int {
    let time: Timespec
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

let memory = mmap(PAGES * PAGE_SIZE)
for page in 0..PAGES {
    memory[page * PAGE_SIZE] = 1           # each page gets its frame here, so that no load faults
}

let start = now()
for page in 0..PAGES {
    for load in 0..LOADS {
        assert memory[page * PAGE_SIZE + load] < 2
    }
}
let middle = now()
for load in 0..LOADS {
    for page in 0..PAGES {
        assert memory[page * PAGE_SIZE + load] < 2
    }
}
let page_by_page = middle - start
let across = now() - middle
println("page after page: {page_by_page / 1000} µs")
println("across them all: {across / 1000} µs")
println("the difference is {(across - page_by_page) / WALK_NS} walks")
