# A private mapping of a file keeps its changes to itself, a shared one writes to the file; behind the end is SIGBUS.
let fd = must(open("/tmp/f", O_RDWR | O_CREAT))
write(fd, "hello")
let private = mmap(2 * PAGE_SIZE, flags: MAP_PRIVATE, fd: fd)
let shared = mmap(2 * PAGE_SIZE, flags: MAP_SHARED, fd: fd)
println("{private[0..5] as str} {shared[0..5] as str}, then zero: {private[5]}")
shared[0] = 'j'
println("through the other: {private[0]:c}")
private[1] = 'o'
let buf: [byte; 8]
println("the file: {buf[0..pread(fd, buf, 0)]}, the copy: {private[0..5] as str}")
shared[2] = 'L'
println("the copy does not follow any more: {private[0..5] as str}")
close(fd)
println("without descriptor: {shared[0..5] as str}")
let child = fork()
if child == 0 {
    exit(shared[PAGE_SIZE])
}
let status = 0
waitpid(child, &status)
println("behind the end: {signame(WTERMSIG(status))}")
