# fork and dup share one open file with its offset; a second open has its own.

fn offset(fd: int) -> int {
    return lseek(fd, 0, SEEK_CUR)
}

let path = "/tmp/f01"
let buf: [byte; 16]
let status = 0
let fd = must(open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600))
assert write(fd, "abcdefghijklmnop") == 16
lseek(fd, 0, SEEK_SET)
let child = fork()
if child == 0 {
    assert read(fd, buf[0..5]) == 5
    exit(0)
}
waitpid(child, &status)
println("child reads 5 exited {WEXITSTATUS(status)}")
println("parent offset {offset(fd)}")
let copy = dup(fd)
assert read(copy, buf[0..3]) == 3
println("after read via dup {offset(fd)}")
let other = must(open(path))
assert read(other, buf[0..10]) == 10
println("after read via second open {offset(fd)}")
close(fd)
println("dup survives close: {read(copy, buf[0..2])}")
println("closed fd: {errname(read(fd, buf[0..1]))}")
unlink(path)
println("unlinked but open: {pread(copy, buf, 0)}")
child = fork()
if child == 0 {
    close(copy)
    exit(0)
}
waitpid(child, &status)
println("child closes exited {WEXITSTATUS(status)}")
println("parent's still open: {errname(fcntl(copy, F_GETFD))}")
