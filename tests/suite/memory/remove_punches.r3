# MADV_REMOVE takes pages out of a file: all see zeros, the file keeps its size, a private copy keeps its bytes.
let fd = must(open("f", O_RDWR | O_CREAT))
let page: [byte; 4096]
memset(&page[0], 'x', PAGE_SIZE)
for _ in 0..3 {
    write(fd, page)
}
let private = mmap(3 * PAGE_SIZE, flags: MAP_PRIVATE, fd: fd)
let shared = mmap(3 * PAGE_SIZE, flags: MAP_SHARED, fd: fd)
private[PAGE_SIZE] = 'p'
println("{private[0]:c} {private[PAGE_SIZE]:c} {shared[PAGE_SIZE]:c}")
must(madvise(shared, 2 * PAGE_SIZE, MADV_REMOVE))
println("{private[0]} {private[PAGE_SIZE]:c} {shared[PAGE_SIZE]} {shared[2 * PAGE_SIZE]:c}")
let buf: [byte; 1]
must(pread(fd, buf, 0))
println("read: {buf[0]}, size {lseek(fd, 0, SEEK_END)}")
shared[0] = 'y'
fsync(fd)
must(pread(fd, buf, 0))
println("written again: {buf[0]:c}")
