# One page has to go: which one, and how much depends on that?
# Twenty touches with three frames make so many faults, by policy; run it with --replacement and a name to see it:
#   opt 9       the page that is needed last: looks ahead, in what a first run did
#   lru 12      the page that was used longest ago: looks back
#   clock 14    the oldest page that was not used since the hand came by: lru with one bit a page, as hardware has it
#   two-list 12 what Linux does: two queues, of pages in use and others, and the same bit
#   lfu 13      the page that was used least often since it came
#   random 16   any page
#   fifo 15     the page that came first, used or not
machine { frames = 3, swap = 16, replacement = opt, init = script }
mlockall(MCL_CURRENT)                      # the program's own pages stay in, and are not counted
let refs = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1]
let memory = mmap(8 * PAGE_SIZE)
let before = faults()
for page in refs { memory[page * PAGE_SIZE] = 1 }
let count = faults() - before
println("faults: {count}")
assert count >= 9, "nobody does better than opt"
