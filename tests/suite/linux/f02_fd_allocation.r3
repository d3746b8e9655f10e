# A new descriptor is the lowest that is free.

for fd in 3..64 {
    close(fd)
}
let a = open("/dev/null")
let b = open("/dev/null")
let c = open("/dev/null")
println("{a} {b} {c}")
close(b)
println("lowest free: {open("/dev/null")}")
println("dup: {dup(a)}")
println("dup2(3,10): {dup2(3, 10)}")
println("dup2 same: {dup2(3, 3)}")
println("dup2 from bad: {errname(dup2(50, 51))}")
assert dup2(50, 10) == -EBADF
println("dup2 bad onto open leaves it open: {errname(fcntl(10, F_GETFD))}")
println("dup3 same: {errname(syscall(SYS_dup3, 3, 3, 0))}")
println("F_DUPFD 20: {fcntl(3, F_DUPFD, 20)}")
let fds: [int; 2]
must(pipe(&fds))
println("pipe: {fds[0]} {fds[1]}")
must(setrlimit(RLIMIT_NOFILE, 9))
println("beyond RLIMIT_NOFILE: {errname(open("/dev/null"))}")
println("dup2 to limit: {errname(dup2(3, 9))}")
println("pipe at limit: {errname(pipe(&fds))}")
println("existing fd 10 above the limit still works: {errname(fcntl(10, F_GETFD))}")
println("close: {errname(close(3))}")
println("close again: {errname(close(3))}")
