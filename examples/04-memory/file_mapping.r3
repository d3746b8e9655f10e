# A program writes to memory: how does that come into a file?
#@ trace -task,-sched,line=10,line=11,line=12
# A mapped file is the page cache, seen through the page table: the very frame that read(2) would copy from. With
# MAP_SHARED a write is a write to the file, at once for everyone; the disk gets it when the dirty page is written back,
# at the latest when its frame is needed for something else. With MAP_PRIVATE a write is a copy on write.
let fd = must(open("/data", O_RDWR | O_CREAT))
must(write(fd, "hello, file"))
let shared = mmap(PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd)
let private = mmap(PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd)
private[0] = 'j'                           # jello, for this process alone
shared[0] = 'c'                            # cello, for all
must(msync(shared, PAGE_SIZE))             # written back now: the disk has it, and the page is clean again
let buf: [byte; 16]
let n = must(pread(fd, buf, 0))
println("the file is {str(buf[..n])}, the private page begins with {private[0]:c}")
assert buf[0] == 'c' && private[0] == 'j'
show("areas")
