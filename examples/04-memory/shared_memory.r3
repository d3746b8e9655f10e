# After fork a child's writes are its own: how do two processes share memory on purpose?
#@ trace -syscall,-task,-sched,-signal,line=10..16
# With MAP_SHARED. The page belongs to an object of the kernel then, as a page of a file belongs to the file, and whoever
# maps the object finds it there: two page tables, one frame, no copy. The private page beside it has one address in
# both processes, too, and two frames.
let shared = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
let private = mmap(PAGE_SIZE)
private[0] = 1
if fork() == 0 {
    shared[0] = 42                         # the first touch: the object gets its page
    private[0] = 42                        # copy on write
    sleep_ms(10)
    exit(0)
}
sleep_ms(5)
println("shared: {shared[0]}, private: {private[0]}")
assert shared[0] == 42 && private[0] == 1
show("page_table")                         # while the child sleeps
wait()
