# A new descriptor is the lowest that is free.
# Left out: "beyond RLIMIT_NOFILE: …", "dup2 to limit: …", "pipe at limit: …", "existing fd 10 above the limit …" (need
# setrlimit).

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
println("close: {errname(close(3))}")
println("close again: {errname(close(3))}")
