# The heap grows and shrinks by brk; what was given back reads as zeros again.
# Left out: "read past brk: SIGSEGV …" and "read freed: SIGSEGV …" (need signal handlers; that the signal comes is
# asserted), "beyond RLIMIT_DATA: ENOMEM" (needs setrlimit).

fn touch(p: *byte, n: int) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = 1
    }
    return faults() - before
}

fn sum(p: *byte, n: int) -> int {
    let s = 0
    for i in 0..n {
        s += p[i * PAGE_SIZE]
    }
    return s
}

# The signal that ends a child which reads here.
fn signal_of_read(p: *byte) -> int {
    let child = fork()
    if child == 0 {
        exit(*p)
    }
    let status = 0
    waitpid(child, &status)
    return WTERMSIG(status)
}

let warm = mmap(PAGE_SIZE)
touch(warm, 1)
let end = sbrk(0) as int
let heap = ((end + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE) as *byte
brk(heap)
println("grow 10 pages: {errname(brk(heap + 10 * PAGE_SIZE))}")
println("touch 10: minflt={touch(heap, 10)}")
assert signal_of_read(heap + 10 * PAGE_SIZE) == SIGSEGV
println("shrink 4: {errname(brk(heap + 6 * PAGE_SIZE))}")
assert signal_of_read(heap + 6 * PAGE_SIZE) == SIGSEGV
println("regrow: {errname(brk(heap + 10 * PAGE_SIZE))}")
println("freed pages are zero again: sum {sum(heap, 10)}")
