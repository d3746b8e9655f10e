# mmap gives a program ten pages of memory: when does it really get them?
# At the first touch of each, in a page fault that the program does not notice. mmap itself writes down a promise, an
# area; look for `⇄ fault` in the trace.
const PAGES = 10

let before = faults()
let memory = mmap(PAGES * PAGE_SIZE)
let mapped = faults()
for i in 0..PAGES {
    memory[i * PAGE_SIZE] = 1
}
let touched = faults()
for i in 0..PAGES {
    memory[i * PAGE_SIZE] = 2
}
let again = faults()
println("mmap:         {mapped - before} faults")
println("first touch:  {touched - mapped} faults")
println("second touch: {again - touched} faults")
