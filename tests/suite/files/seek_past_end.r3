# The offset may lie behind the end; what is then written leaves a hole of zeros.
let fd = must(open("/tmp/f", O_RDWR | O_CREAT))
write(fd, "ab")
println("set {lseek(fd, 10000, SEEK_SET)}, current {lseek(fd, 5, SEEK_CUR)}, end {lseek(fd, 0, SEEK_END)}")
let buf: [byte; 8]
println("read behind the end: {read(fd, buf)}")
lseek(fd, 10000, SEEK_SET)
println("read there: {read(fd, buf)}")
write(fd, "z")
println("size now {lseek(fd, 0, SEEK_END)}")
assert pread(fd, buf, 0) == 8
println("{buf[0]:c}{buf[1]:c} then {buf[2]} {buf[7]}")
assert pread(fd, buf, 9996) == 5
println("{buf[0]} {buf[3]} then {buf[4]:c}")
println("before the start: {errname(lseek(fd, -1, SEEK_SET))}, bad whence: {errname(lseek(fd, 0, 99))}")
let fds: [int; 2]
must(pipe(&fds))
println("a pipe: {errname(lseek(fds[0], 0, SEEK_CUR))}, nothing: {errname(lseek(77, 0, SEEK_CUR))}")
