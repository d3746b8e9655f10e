# A kernel that forgets to flush the TLB: what a program could do once, it can still do.
#@ trace tlb,line=9,line=17
machine { tlb_flush = forget }

let page = mmap(3 * PAGE_SIZE) + PAGE_SIZE
page[0] = 1
mprotect(page, PAGE_SIZE, PROT_READ)
# The tables forbid this; the processor does not look there.
page[0] = 2
println("written after mprotect(PROT_READ): {page[0]}")

# The frame is given back, cleared and taken for another page: the old address, where nothing is mapped, leads there.
munmap(page, PAGE_SIZE)
let other = mmap(2 * PAGE_SIZE)
assert other + 2 * PAGE_SIZE < page
other[0] = 4
println("read after munmap: {page[0]}")
page[0] = 5
println("the new page now holds {other[0]}")
