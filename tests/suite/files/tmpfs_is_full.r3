# Files in memory have half of it: then a write is told ENOSPC, and a touch of a page that is not there yet is SIGBUS.
machine { ram = 4 * 1024 * 1024 }

let fd = must(open("/tmp/full", O_RDWR | O_CREAT))
let block: [byte; 65536]
let written = 0
let r = 0
while r >= 0 {
    r = write(fd, block)
    if r > 0 {
        written += r
    }
}
println("{written / 1024} KiB, then {errname(r)}")

# Another file has no room either, and a name costs nothing.
let other = must(open("/tmp/other", O_RDWR | O_CREAT))
println("another file: {errname(write(other, "x"))}")
println("made longer: {errname(syscall(SYS_ftruncate, other, PAGE_SIZE))}")
if fork() == 0 {
    let p = mmap(PAGE_SIZE, flags: MAP_SHARED, fd: other)
    p[0] = 1
    exit(0)
}
let status = 0
wait(&status)
println("touched: signal {WTERMSIG(status)}")

# Shared memory without a file has no such limit.
let shared = mmap(1024 * 1024, flags: MAP_SHARED | MAP_ANONYMOUS)
for i in 0..256 {
    shared[i * PAGE_SIZE] = 1
}
println("shared memory: 1024 KiB")

# What is cut off can be written again.
syscall(SYS_ftruncate, fd, 0)
println("another file: {errname(write(other, "x"))}")
