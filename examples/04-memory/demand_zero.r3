# What is in memory that nobody has written to?
#@ trace -syscall,-task,line=10..13
# Zeros, and they cost no memory as long as they are only read: every such page is the one page of zeros that the kernel
# has for all. The first write takes the page for the program's own: a frame, filled with zeros, as it may hold what
# another program left there.
const PAGES = 100

let memory = mmap(PAGES * PAGE_SIZE)
let start = faults()
let sum = memory[0] + memory[PAGE_SIZE]    # two reads: both see the page of zeros
assert sum == 0
memory[0] = 1                              # a write to a page that was read
memory[2 * PAGE_SIZE] = 1                  # a write to a page that was not
println("two reads and two writes: {faults() - start} faults")
assert memory[PAGE_SIZE] == 0, "the page of zeros is still as it was"
assert faults() - start == 4
