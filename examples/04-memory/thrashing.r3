# A loop over 16 pages is fast on a machine with 16 frames: how much slower is one over 17?
# Thousands of times. What a program uses again and again, its working set, fits into memory or does not: here the page
# that is needed next is always the one that has just gone, each touch waits for the disk twice, and the CPU idles. That
# is thrashing. Try --replacement random, which does better, and --frames 17.
machine { frames = 16, swap = 64, replacement = lru }
const ROUNDS = 10

fn now() -> int {
    let t: Timespec
    clock_gettime(CLOCK_MONOTONIC, &t)
    return t.tv_sec * 1_000_000_000 + t.tv_nsec
}

mlockall(MCL_CURRENT)                      # the program's own pages stay in
let memory = mmap(17 * PAGE_SIZE)

# Goes over so many pages, again and again; answers what a touch takes, in ns.
fn loop_over(pages: int) -> int {
    for page in 0..pages { memory[page * PAGE_SIZE] = 1 }
    let before = faults()
    let start = now()
    for _ in 0..ROUNDS {
        for page in 0..pages { memory[page * PAGE_SIZE] += 1 }
    }
    let touch = (now() - start) / (ROUNDS * pages)
    println("{pages} pages: {faults() - before:3} faults in {ROUNDS * pages} touches, {touch:6} ns each")
    return touch
}

let fits = loop_over(16)
let does_not = loop_over(17)
println("one page more: {does_not / fits} times slower")
