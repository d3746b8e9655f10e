# brk answers where the heap ends; what it can not do, it does not.
let start = sbrk(0)
println("one byte more: {errname(brk(start + 1))}")
start[0] = 7
start[PAGE_SIZE - 1] = 8
println("the rest of the page is there: {start[0]} {start[PAGE_SIZE - 1]}")
println("below the start: {syscall(SYS_brk, start - PAGE_SIZE) == (start + 1) as int}")
println("far too much: {errname(brk(start + (1 << 46)))}")
println("the end stayed: {syscall(SYS_brk, 0) == (start + 1) as int}")
println("{errname(brk(start + 3 * PAGE_SIZE))}")
let in_the_way = mmap(PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: start + 5 * PAGE_SIZE)
assert in_the_way == start + 5 * PAGE_SIZE
println("into another area: {errname(brk(start + 6 * PAGE_SIZE))}")
println("back to the start: {errname(brk(start))}")
