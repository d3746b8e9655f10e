# A bad pointer in a system call is EFAULT, never a signal; what was checked before it comes first.
let bad = 0x1000 as *byte
let fds: [int; 2]
must(pipe(&fds))
write(fds[1], "data")
let file = must(open("/tmp/f", O_RDWR | O_CREAT))
println("write: {errname(syscall(SYS_write, file, bad, 4))}, of nothing: {syscall(SYS_write, file, bad, 0)}")
println("write to a bad descriptor: {errname(syscall(SYS_write, 99, bad, 4))}")
println("read of a pipe: {errname(syscall(SYS_read, fds[0], bad, 4))}")
let buf: [byte; 8]
println("the data is still there: {read(fds[0], buf)}")
println("pipe: {errname(syscall(SYS_pipe, bad))}, next descriptor {dup(0)}")
println("stat: {errname(syscall(SYS_stat, address("/tmp"), bad))}, path: {errname(syscall(SYS_stat, bad, &buf))}")
println("open: {errname(syscall(SYS_open, bad, 0))}, nil: {errname(syscall(SYS_open, 0, 0))}")
println("execve: {errname(syscall(SYS_execve, bad, 0, 0))}")
println("nanosleep: {errname(syscall(SYS_nanosleep, bad, 0))}")
println("kernel address: {errname(syscall(SYS_write, file, 0xffff800000000000, 4))}")
println("getcwd: {errname(syscall(SYS_getcwd, bad, 100))}")
if fork() == 0 {
    exit(1)
}
println("wait4: {errname(syscall(SYS_wait4, -1, bad, 0, 0))}, and it was reaped: {errname(wait())}")
# Half of the buffer is mapped: so much is transferred.
let two = mmap(2 * PAGE_SIZE)
munmap(two + PAGE_SIZE, PAGE_SIZE)
println("half a buffer: {syscall(SYS_write, file, two + PAGE_SIZE - 3, 10)}")
println("no such call: {errname(syscall(9999))}, {errname(syscall(-1))}")
