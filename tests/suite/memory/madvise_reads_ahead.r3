# Who says what he will read: MADV_WILLNEED has pages of a file or of the swap device come, MADV_RANDOM none but those touched.
machine { swap = 256 }

fn major() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_majflt
}

# The major faults of a touch of every second page of 32.
fn touch(p: *byte) -> int {
    let before = major()
    let s = 0
    for i in 0..16 {
        s += p[2 * i * PAGE_SIZE]
    }
    return major() - before
}

let fd = must(open("f", O_RDWR | O_CREAT))
let page: [byte; 4096]
for _ in 0..32 {
    write(fd, page)
}
fsync(fd)

fn cold(advice: int) -> *byte {
    must(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
    let p = mmap(32 * PAGE_SIZE, prot: PROT_READ, flags: MAP_SHARED, fd: fd)
    must(madvise(p, 32 * PAGE_SIZE, advice))
    sleep_ms(50)
    return p
}

for advice in [MADV_NORMAL, MADV_RANDOM, MADV_WILLNEED] {
    let p = cold(advice)
    println("advice {advice} of a file: {touch(p)} major faults")
    munmap(p, 32 * PAGE_SIZE)
}

let memory = mmap(32 * PAGE_SIZE)
memset(memory, 1, 32 * PAGE_SIZE)
for advice in [MADV_NORMAL, MADV_WILLNEED] {
    must(madvise(memory, 32 * PAGE_SIZE, MADV_PAGEOUT))
    sleep_ms(50)
    must(madvise(memory, 32 * PAGE_SIZE, advice))
    sleep_ms(50)
    println("advice {advice} of the swap device: {touch(memory)} major faults")
}
