# exec keeps descriptors and offsets, except those with FD_CLOEXEC; the pid stays, too.
program heir(args: [str]) {
    let buf: [byte; 3]
    println("pid as before: {args[1] == "same"}")
    assert read(3, buf) == 3
    println("3 goes on with {buf}")
    println("4: {errname(fcntl(4, F_GETFD))}, 5: {errname(fcntl(5, F_GETFD))}")
}

let fd = must(open("/tmp/file", O_RDWR | O_CREAT))
write(fd, "abcdef")
lseek(fd, 3, SEEK_SET)
println("{fd} {open("/tmp/file", O_RDONLY | O_CLOEXEC)} {dup(fd)}")
fcntl(5, F_SETFD, FD_CLOEXEC)
println("flags: {fcntl(3, F_GETFD)} {fcntl(4, F_GETFD)} {fcntl(5, F_GETFD)}")
exec("/bin/heir", ["heir", "same"])
