# More memory, more faults: can that be?
# With FIFO it can (Belady's anomaly): 9 faults with 3 frames, and 10 with 4. Run it with --frames 4. With --replacement
# lru it is 10 and 8, with opt 7 and 6: for these a bigger memory always holds all that a smaller one would, for FIFO not.
machine { frames = 3, swap = 16, replacement = fifo }
mlockall(MCL_CURRENT)                      # the program's own pages stay in, and are not counted
let refs = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
let memory = mmap(6 * PAGE_SIZE)
let before = faults()                      # minor and major ones of this process, from getrusage
for page in refs { memory[page * PAGE_SIZE] = 1 }
let count = faults() - before
println("faults: {count}")
assert count >= 6, "nobody does better than opt with 4 frames"
