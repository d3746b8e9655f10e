# A page of a file that is not in the page cache costs a major fault, once.

const N = 32

fn major() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_majflt
}

fn read_first() -> int {
    let before = major()
    let _seen = a[0]
    return major() - before
}

let fd = must(open("m30.tmp", O_RDWR | O_CREAT | O_TRUNC))
let page: [byte; 4096]
memset(&page[0], 'A', PAGE_SIZE)
for _ in 0..N {
    write(fd, page)
}
must(fsync(fd))
must(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
let a = mmap(N * PAGE_SIZE, prot: PROT_READ, flags: MAP_SHARED, fd: fd)
let resident: [byte; 32]
must(syscall(SYS_mincore, a, N * PAGE_SIZE, &resident))
let n = 0
for one in resident {
    n += (one & 1) as int
}
println("cached pages after drop: {n}")
madvise(a, N * PAGE_SIZE, MADV_RANDOM)
major()
println("first read: majflt={read_first()}")
println("again: majflt={read_first()}")
unlink("m30.tmp")
