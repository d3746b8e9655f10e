# fork copies no entries of shared memory: the child faults them in, one page a write, 16 pages a read.

const N = 32

fn touch(p: *byte, n: int, value: byte) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = value
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

fn look(p: *byte, n: int) -> int {
    let before = faults()
    sum(p, n)
    return faults() - before
}

# Takes the faults of stack, globals and code, so that nothing but what is measured faults.
fn settle() {
    let deep: [byte; 16384]
    for i in 0..len(deep) {
        deep[i] = 1
    }
    let p = mmap(2 * PAGE_SIZE)
    touch(p, 1, 1)
    look(p, 2)
    munmap(p, 2 * PAGE_SIZE)
}

# Shared memory that begins where a window of 16 pages begins.
fn aligned(n: int) -> *byte {
    let span = 16 * PAGE_SIZE
    let room = mmap(n * PAGE_SIZE + span, prot: PROT_NONE)
    let at = ((room as int + span - 1) / span * span) as *byte
    return mmap(n * PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, addr: at)
}

settle()
let p = aligned(N)
let told = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS) as *int
told[0] = 0
println("first write of 32 shared anon pages: minflt={touch(p, N, 1)}")
if fork() == 0 {
    settle()
    told[0] = touch(p, N, 2)
    told[1] = touch(p, N, 2)
    exit(0)
}
wait()
println("child write 32 (shared PTEs not copied by fork): minflt={told[0]}")
println("child again: minflt={told[1]}")
println("parent sees sum {sum(p, N)}")
println("parent write 32: minflt={touch(p, N, 3)}")
if fork() == 0 {
    settle()
    told[0] = look(p, N)
    exit(0)
}
wait()
println("child read 32 (fault-around 16 pages): minflt={told[0]}")
