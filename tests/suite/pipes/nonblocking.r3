# O_NONBLOCK: EAGAIN instead of waiting, 0 at the end, EPIPE without reader; it can be set later, for one end only.
let fds: [int; 2]
let buf: [byte; 8]
must(pipe2(&fds, O_NONBLOCK))
println("empty: {errname(read(fds[0], buf))}")
write(fds[1], "abc")
println("something: {read(fds[0], buf)}")
println("flags {fcntl(fds[0], F_GETFL):x} {fcntl(fds[1], F_GETFL):x}")
fcntl(fds[0], F_SETFL, 0)
println("flags {fcntl(fds[0], F_GETFL):x} {fcntl(fds[1], F_GETFL):x}")
close(fds[1])
println("end: {read(fds[0], buf)}")
println("write to the reading end: {errname(write(fds[0], buf))}")
must(pipe2(&fds, O_NONBLOCK | O_CLOEXEC))
println("close on exec: {fcntl(fds[0], F_GETFD)} {fcntl(fds[1], F_GETFD)}")
println("bad flag: {errname(pipe2(&fds, O_CREAT))}")
close(fds[0])
signal(SIGPIPE, SIG_IGN)
println("no reader: {errname(write(fds[1], buf))}")
