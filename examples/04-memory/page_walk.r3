# How does the processor find the memory behind an address?
#@ trace tlb,-task,line=9,line=10
# It splits the address. Nine bits at a time choose an entry in each of four tables; the last twelve choose a byte of
# the page. The first write finds an entry empty and faults: the kernel makes a table, takes a frame and fills both in.
# The second try gets through, and the TLB keeps what it found: the read needs no walk. A `+` is a bit that a walk sets:
# A for accessed, D for dirty. The others: P present, W may be written, U by user code, NX not executed.
let page = mmap(PAGE_SIZE)
println("the page is at {page}")
page[16] = 1
let one = page[16]
println("the byte there is {one}")
