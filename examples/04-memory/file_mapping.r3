# A program writes to memory: how does that end up in a file?
#@ trace -task,-sched,-signal,line=10..19
# A file that is mapped is the page cache, seen through the page table: what read(2) copies from, the program touches
# itself. With MAP_SHARED a write changes the page of the file, for everyone at once; the disk learns of it when the
# dirty page is written back: by msync here, else some day. With MAP_PRIVATE the write is a copy on write.
let fd = must(open("/data", O_RDWR | O_CREAT))
must(write(fd, "hello, file"))
let shared = mmap(PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd)
let private = mmap(PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd)
private[0] = 'j'                           # jello, for this process alone
shared[0] = 'c'                            # cello, for all
let buf: [byte; 11]
must(pread(fd, buf, 0))
println("the file:    {str(buf)}")
println("the private: {str(slice(private, 11))}")
msync(shared, PAGE_SIZE, MS_SYNC)          # sleeps until the disk has it
