# What is a segmentation fault, step by step?
#@ status 139
#@ trace -sched,line=8
# The MMU finds no right to write, and traps. The kernel finds no area of memory that allows it, and sends SIGSEGV.
# Nobody handles it, so the process ends by signal 11; a shell says 128 + 11 = 139.
let p = mmap(PAGE_SIZE, prot: PROT_READ)
println("reading is allowed: {p[0]}")
p[0] = 1
println("never printed")
