# 40 pages in use, and a scan of more than there is between two uses of them. The hand of the clock has been at each page twice by
# then, and found it unused the second time: whatever the 40 were used for before, none is there any more. Two lists (see the
# script beside this one) keep them.
machine { frames = 128, swap = 1024, replacement = clock }

const HOT = 40
const COLD = 150

fn major() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_majflt
}

must(mlockall(MCL_CURRENT))
let hot = mmap(HOT * PAGE_SIZE)
let cold = mmap(5 * COLD * PAGE_SIZE)
let scanned = 0

fn use_hot() -> int {
    let before = major()
    for i in 0..HOT { assert hot[i * PAGE_SIZE] == i as byte }
    return major() - before
}

fn scan(pages: int) {
    for _ in 0..pages {
        cold[scanned * PAGE_SIZE] = 1
        scanned += 1
    }
}

for i in 0..HOT { hot[i * PAGE_SIZE] = i as byte }
let missed = 0
for _ in 0..2 * COLD / 10 {
    scan(10)
    missed += use_hot()
}
println("used after each 10 pages of the scan: {missed} of {2 * COLD / 10 * HOT} not there")
for _ in 0..3 {
    scan(COLD)
    println("used after {COLD} pages of the scan: {use_hot()} of {HOT} not there")
}
