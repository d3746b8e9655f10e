# How does the processor find the memory behind an address?
#@ trace tlb,-task,line=9,line=10
# It splits the address. Nine bits at a time choose an entry in each of four tables; the last twelve choose a byte of
# the page. The first read finds an entry empty and faults: the kernel makes a table, takes a frame and fills both in. The
# second try gets through, and the TLB keeps what it found. The first write walks again to set D: a `+` is a bit that a walk
# sets. The bits: P present, W may be written, U by user code, NX not executed, A accessed, D dirty, that is, written.
let page = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
println("the page is at {page}")
let before = page[16]
page[16] = 1
println("the byte there was {before} and is {page[16]}")
