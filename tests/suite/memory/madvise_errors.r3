# What madvise refuses, and with which errno.
fn attempt(what: str, p: *byte, pages: int, advice: int) {
    println("{what}: {errname(madvise(p, pages * PAGE_SIZE, advice))}")
}

let all = [
    MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE, MADV_REMOVE, MADV_DONTFORK,
    MADV_DOFORK, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK,
    MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_DONTNEED_LOCKED,
]
let p = mmap(8 * PAGE_SIZE)
print("refused of private memory:")
for advice in all {
    if madvise(p, PAGE_SIZE, advice) != 0 {
        print(" {advice}")
    }
}
println("")
munmap(p + 4 * PAGE_SIZE, PAGE_SIZE)
attempt("no such advice", p, 1, 99)
attempt("no such advice, no length", p, 0, 99)
attempt("no length", p, 0, MADV_DONTNEED)
attempt("odd address, no length", p + 1, 0, MADV_DONTNEED)
println("length -1: {errname(madvise(p, -1, MADV_DONTNEED))}, length -8192: {errname(madvise(p, -8192, MADV_DONTNEED))}")
attempt("populate by reads over a hole", p, 8, MADV_POPULATE_READ)

# What comes behind a hole is done nevertheless.
p[0] = 1
p[7 * PAGE_SIZE] = 1
attempt("over a hole", p, 8, MADV_DONTNEED)
println("zeros on both sides: {p[0]} {p[7 * PAGE_SIZE]}")

let fd = must(open("f", O_RDWR | O_CREAT))
let read_only = must(open("f", O_RDONLY))
must(syscall(SYS_ftruncate, fd, 4 * PAGE_SIZE))
let private = mmap(4 * PAGE_SIZE, flags: MAP_PRIVATE, fd: fd)
let shared = mmap(8 * PAGE_SIZE, flags: MAP_SHARED, fd: fd)
let reader = mmap(4 * PAGE_SIZE, prot: PROT_READ, flags: MAP_SHARED, fd: read_only)
let memory = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
attempt("remove of a private file", private, 1, MADV_REMOVE)
attempt("remove of a file", shared, 1, MADV_REMOVE)
attempt("remove of a file opened for reading", reader, 1, MADV_REMOVE)
attempt("remove of shared memory", memory, 1, MADV_REMOVE)
attempt("free of a private file", private, 1, MADV_FREE)
attempt("free of shared memory", memory, 1, MADV_FREE)
attempt("wipe on fork of a private file", private, 1, MADV_WIPEONFORK)
attempt("wipe on fork of shared memory", memory, 1, MADV_WIPEONFORK)
attempt("populate by writes what may be read", reader, 1, MADV_POPULATE_WRITE)
attempt("populate behind the end of a file", shared, 8, MADV_POPULATE_READ)
attempt("populate what may not be touched", mmap(PAGE_SIZE, prot: PROT_NONE), 1, MADV_POPULATE_READ)
