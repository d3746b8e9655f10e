# Why is a process called heavy and a thread light?
#@ trace -mm,-sched,-syscall,-fs,-signal,-mode,line=18,line=23
# fork copies the page table entries of all that the process has touched: the more memory, the longer. A thread uses the
# same tables, whatever their size: see PTEs and pages in the cards. Times are those of the machine's own clock, so they are
# the same on every host.
fn now() -> int {
    let t: Timespec
    clock_gettime(CLOCK_MONOTONIC, &t)
    return t.tv_sec * 1000000000 + t.tv_nsec
}

fn nothing(_: int) {}

fn compare(pages: int) {
    let memory = mmap(pages * PAGE_SIZE)
    for i in 0..pages { memory[i * PAGE_SIZE] = 1 }
    let start = now()
    let child = fork()
    if child == 0 { exit(0) }
    let forked = now() - start
    waitpid(child)
    start = now()
    let thread = spawn_thread(nothing, 0)
    let spawned = now() - start
    join(thread)
    println("{pages:5} pages: fork {forked / 1000:5} us, thread {spawned / 1000:3} us")
    munmap(memory, pages * PAGE_SIZE)
}

compare(1)
compare(16)
compare(256)
compare(1024)
