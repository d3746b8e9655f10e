# What msync, fsync and posix_fadvise refuse, and with which errno.
fn attempt(what: str, r: int) {
    println("{what}: {errname(r)}")
}

let p = mmap(3 * PAGE_SIZE)
munmap(p + PAGE_SIZE, PAGE_SIZE)
attempt("no such flag", msync(p, PAGE_SIZE, 8))
attempt("to wait and not to wait", msync(p, PAGE_SIZE, MS_SYNC | MS_ASYNC))
attempt("odd address", msync(p + 1, PAGE_SIZE))
attempt("odd address, no length", msync(p + 1, 0))
attempt("no length", msync(p, 0))
attempt("no flag", msync(p, PAGE_SIZE, 0))
attempt("private memory", msync(p, PAGE_SIZE))
attempt("where nothing is", msync(0x10000 as *byte, PAGE_SIZE))
attempt("over a hole", msync(p, 3 * PAGE_SIZE, MS_ASYNC))
attempt("a length that wraps", msync(p, -1))
attempt("a range that wraps", msync(p, -8192))

let ends: [int; 2]
pipe(&ends)
attempt("fsync of a pipe", fsync(ends[0]))
attempt("fdatasync of a pipe", fdatasync(ends[1]))
attempt("fsync of no descriptor", fsync(99))
attempt("fsync of /dev/null", fsync(must(open("/dev/null", O_RDWR))))
attempt("fsync of a file of /proc", fsync(must(open("/proc/self/stat"))))
attempt("fsync of a directory", fsync(must(open("/tmp"))))
attempt("fsync of a file in memory", fsync(must(open("/tmp/f", O_RDWR | O_CREAT))))

let fd = must(open("f", O_RDWR | O_CREAT))
attempt("advice about a pipe", posix_fadvise(ends[0], 0, 0, POSIX_FADV_DONTNEED))
attempt("advice about no descriptor", posix_fadvise(99, 0, 0, POSIX_FADV_DONTNEED))
attempt("no such advice", posix_fadvise(fd, 0, 0, 9))
attempt("a negative length", posix_fadvise(fd, 0, -1, POSIX_FADV_DONTNEED))
attempt("advice about a file", posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL))
