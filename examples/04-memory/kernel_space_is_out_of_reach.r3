# All of the kernel is mapped in every process: what keeps a program from reading it?
#@ status 139
#@ trace tlb,-task,line=9
# One bit. The upper half of each top table leads to the kernel's text and to all of physical memory, with the bit U
# clear. The processor finds the page, in user mode it may not look, and the error code says so: 5 is 1 (present) and
# 4 (user mode). An address where nothing is mapped gives 4. The kernel's text is one page of 2 MiB: PS ends the walk at
# level 2.
let kernel = 0xffff_ffff_8100_0000 as *byte
println("the kernel's first byte is {kernel[0]}")
