# O_CREAT, O_EXCL, O_TRUNC, O_APPEND, and what open refuses.
fn size(fd: int) -> int {
    let st: Stat
    must(fstat(fd, &st))
    return st.st_size
}

println("missing: {errname(open("/tmp/f"))}")
let fd = must(open("/tmp/f", O_RDWR | O_CREAT | O_EXCL, 0o640))
let st: Stat
must(fstat(fd, &st))
println("mode {st.st_mode:o}, size {st.st_size}, names {st.st_nlink}")
println("exclusive again: {errname(open("/tmp/f", O_RDWR | O_CREAT | O_EXCL))}")
write(fd, "0123456789")
let appender = must(open("/tmp/f", O_WRONLY | O_APPEND))
lseek(appender, 2, SEEK_SET)
write(appender, "abc")
println("appended: size {size(fd)}, offset {lseek(appender, 0, SEEK_CUR)}")
println("read of a write-only file: {errname(read(appender, [0; 4]))}")
close(must(open("/tmp/f", O_WRONLY | O_TRUNC)))
println("cut: size {size(fd)}, offset {lseek(fd, 0, SEEK_CUR)}")
println("directory to write: {errname(open("/tmp", O_WRONLY))}")
println("directory to make: {errname(open("/tmp", O_RDONLY | O_CREAT))}")
println("file as directory: {errname(open("/tmp/f", O_RDONLY | O_DIRECTORY))}, {errname(open("/tmp/f/g"))}")
println("file with a slash: {errname(open("/tmp/f/"))}")
println("empty path: {errname(open(""))}")
println("write to read-only: {errname(write(open("/tmp/f"), "x"))}")
