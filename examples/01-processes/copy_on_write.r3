# After fork, who copies a page, and when?
#@ trace -task,-sched,-syscall,-signal,line=6,line=8,line=13
# Nobody at fork: both map the same frame, read-only. The first who writes faults and gets a copy; the last owner who
# writes just gets its right back. Try --show page-tables, and --trace=mm for each table entry.
let page = mmap(PAGE_SIZE)
page[0] = 1                                # first touch: a fault gives it a frame
if fork() == 0 {
    page[0] = 2                            # the child writes: the child gets a copy
    exit(0)
}
wait()
assert page[0] == 1, "the child wrote to a frame of its own"
page[0] = 3                                # last owner: the frame is reused, nothing is copied
