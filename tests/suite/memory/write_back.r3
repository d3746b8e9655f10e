# What is written through a shared mapping is on the disk after msync, and comes from there when the page cache is empty.
#@ trace fs,line=12,line=15,line=19
let fd = must(open("f", O_RDWR | O_CREAT))
let page: [byte; 4096]
write(fd, page)
write(fd, page)
fsync(fd)
let p = mmap(2 * PAGE_SIZE, flags: MAP_SHARED, fd: fd)
p[0] = 'a'
p[PAGE_SIZE] = 'b'
# Only the first page is asked for.
must(msync(p, PAGE_SIZE))
p[0] = 'c'
munmap(p, 2 * PAGE_SIZE)
sync()
let drop = must(open("/proc/sys/vm/drop_caches", O_WRONLY))
must(write(drop, "1"))
let buf: [byte; 1]
must(pread(fd, buf, 0))
println("{buf[0]:c}")
must(pread(fd, buf, PAGE_SIZE))
println("{buf[0]:c}")
