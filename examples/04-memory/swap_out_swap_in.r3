# Where is a page that is not in memory any more, and what does it take to get it back?
#@ trace -task,line=14,line=16
# In a slot of the swap device. Memory has room for four pages here, so the fifth needs the frame of another: that one is
# written to a slot (swap out), and its entry in the page table names the slot now instead of a frame. Who touches it
# faults, and sleeps in state D until the disk has read it (swap in). Each way takes 80 µs, where a first touch takes less
# than one. Try --swap-device zram, which answers at once.
machine { frames = 4, swap = 8, replacement = fifo, init = script }
mlockall(MCL_CURRENT)                      # the program's own pages stay in
let usage: Rusage
getrusage(RUSAGE_SELF, &usage)
let before = usage.ru_majflt
let memory = mmap(5 * PAGE_SIZE)
for page in 0..4 { memory[page * PAGE_SIZE] = 7 }
memory[4 * PAGE_SIZE] = 7                  # page 0 goes to slot 0
show("swap")
assert memory[0] == 7                      # page 0 comes back, and page 1 goes
show("page_table")
getrusage(RUSAGE_SELF, &usage)
println("{usage.ru_majflt - before} fault waited for the device to read")
assert usage.ru_majflt - before == 1
