# A child writes to three of its eight pages: how much of the memory is copied?
#@ trace -task,-sched,-syscall,-signal,line=11..21
#@ view page_table
# Three pages, each when it is first written. The others stay shared, however long both run: whoever only reads never
# copies. When the child is gone its copies go with it, and the parent, the last owner, writes where it always wrote.
const PAGES = 8

let memory = mmap(PAGES * PAGE_SIZE)
for page in 0..PAGES { memory[page * PAGE_SIZE] = 1 }
if fork() == 0 {
    for page in [1, 4, 6] { memory[page * PAGE_SIZE] = 2 }
    let sum = 0
    for page in 0..PAGES { sum += memory[page * PAGE_SIZE] }
    mark("the child has written three pages")
    exit(sum)                              # 5 of the parent's and 3 of its own
}
let status = 0
wait(&status)
assert WEXITSTATUS(status) == 11
let before = faults()
for page in 0..PAGES { memory[page * PAGE_SIZE] += 1 }
println("the parent writes all 8: {faults() - before} faults, no copy")
