# A file without a name lives as long as it is open; its name can be given to another.
let fd = must(open("/tmp/f", O_RDWR | O_CREAT))
write(fd, "old")
println("unlink: {errname(unlink("/tmp/f"))}, again: {errname(unlink("/tmp/f"))}")
let st: Stat
must(fstat(fd, &st))
println("names {st.st_nlink}, size {st.st_size}")
println("stat by path: {errname(stat("/tmp/f", &st))}")
let other = must(open("/tmp/f", O_RDWR | O_CREAT))
write(other, "new!")
let buf: [byte; 8]
println("old: {buf[0..pread(fd, buf, 0)]}")
println("new: {buf[0..pread(other, buf, 0)]}")
println("a directory: {errname(unlink("/tmp"))}")
