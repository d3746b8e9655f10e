# After fork a child's writes are its own: how do two processes share memory on purpose?
#@ trace -syscall,-task,-sched,-signal,line=12,line=14
#@ view areas,page_table
# With MAP_SHARED. The page belongs to no process then but to an object of the kernel, as a page of a file belongs to the
# file, and each process that maps it finds it there: two page tables, one frame, no copy. The private page beside it has
# the same address in both, and two frames.
let shared = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
let private = mmap(PAGE_SIZE)
private[0] = 1
let child = fork()
if child == 0 {
    shared[0] = 42                         # nothing is there yet: a frame is made for the object
    private[0] = 42                        # copy on write
    sleep_ms(10)
    exit(0)
}
sleep_ms(5)
println("shared: {shared[0]}, private: {private[0]}")
assert shared[0] == 42 && private[0] == 1
mark("the child sleeps")
wait()
