# MADV_PAGEOUT swaps private pages out; each comes back with a major fault, and a child inherits the entries.
# The device answers at once, as zram does, and the machine of the C program reads eight slots together where they are shared.
machine { swap = 64 * 256, swap_device = zram }

const N = 32

# How many of the N pages are on the swap device, or in memory: a bit of their words in /proc/self/pagemap.
fn count(bit: int) -> int {
    let words: [uint; 32]
    let fd = must(open("/proc/self/pagemap"))
    must(syscall(SYS_pread64, fd, &words, 8 * N, p as int / PAGE_SIZE * 8))
    close(fd)
    let n = 0
    for word in words {
        n += (word >> bit as uint & 1) as int
    }
    return n
}

const PRESENT = 63
const SWAPPED = 62

fn sum(n: int) -> int {
    let s = 0
    for i in 0..n {
        s += p[i * PAGE_SIZE]
    }
    return s
}

fn usage() -> Rusage {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage
}

let cluster = must(open("/proc/sys/vm/page-cluster", O_WRONLY))
must(write(cluster, "3"))
close(cluster)

let p = mmap(N * PAGE_SIZE)
for i in 0..N {
    memset(p + i * PAGE_SIZE, (i + 1) as byte, PAGE_SIZE)
}
madvise(p, N * PAGE_SIZE, MADV_RANDOM)
println("PAGEOUT: {errname(madvise(p, N * PAGE_SIZE, MADV_PAGEOUT))}")
println("swapped {count(SWAPPED)} present {count(PRESENT)}")
let before = usage()
let s = sum(N)
let after = usage()
let major = after.ru_majflt - before.ru_majflt
println("read all: majflt={major} minflt={after.ru_minflt - before.ru_minflt} sum={s}")
println("swapped now {count(SWAPPED)}")
madvise(p, N * PAGE_SIZE, MADV_PAGEOUT)
println("clean pages out again: swapped {count(SWAPPED)}")

let shared = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS) as *int
shared[0] = 0
if fork() == 0 {
    shared[0] = count(SWAPPED)
    let before = usage().ru_majflt
    shared[2] = sum(4)
    shared[1] = usage().ru_majflt - before
    exit(0)
}
wait()
println("child inherits swap entries: {shared[0]}, its reads of 4: majflt={shared[1]} sum={shared[2]}")
println("parent still swapped {count(SWAPPED)}")
