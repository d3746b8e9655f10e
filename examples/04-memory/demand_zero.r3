# What is in memory that nobody has written to?
#@ trace -syscall,-task,line=8..12
# Zeros, and as long as they are only read they cost no memory: every such page is the one page of zeros that the kernel
# has for all. The first write gives the program a frame of its own, filled with zeros, as it may still hold what another
# program left there.
let memory = mmap(16 * PAGE_SIZE)
let before = faults()
let first = memory[0]
let second = memory[PAGE_SIZE]             # the same frame as the first, and no new one
assert first == 0 && second == 0
memory[0] = 1                              # a page that was read: its entry names another frame now
memory[2 * PAGE_SIZE] = 1                  # a page that was never touched
let count = faults() - before
assert memory[PAGE_SIZE] == 0, "the page of zeros stays as it is"
println("two reads and two writes: {count} faults, and 2 frames")
assert count == 4
show("areas")
