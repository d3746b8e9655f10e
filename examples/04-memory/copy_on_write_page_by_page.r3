# A child writes to three of its eight pages: how much memory is copied?
#@ trace -task,-sched,-syscall,-signal,line=9,line=19
# Three pages, each when it is written first. The others stay shared, however long both live: who only reads copies
# nothing. When the child is gone its copies go with it, and the parent, the last owner of all eight, writes to the frames
# that it always had.
let memory = mmap(8 * PAGE_SIZE)
for page in 0..8 { memory[page * PAGE_SIZE] = 1 }
if fork() == 0 {
    for page in [1, 4, 6] { memory[page * PAGE_SIZE] = 2 }
    let sum = 0
    for page in 0..8 { sum += memory[page * PAGE_SIZE] }
    show("page_table")                     # 7ffff7ff7000 and what follows
    exit(sum)                              # five 1s of the parent's, three 2s of its own
}
let status = 0
wait(&status)
assert WEXITSTATUS(status) == 11
let before = faults()
for page in 0..8 { memory[page * PAGE_SIZE] += 1 }
let count = faults() - before
println("the parent writes to all 8: {count} faults, no copy")
