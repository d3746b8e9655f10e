# /dev/null swallows and is empty, /dev/zero gives zeros, a directory can not be read.
let buf = [7 as byte; 16]
let sink = must(open("/dev/null", O_RDWR))
println("null: read {read(sink, buf)}, write {write(sink, buf)}, seek {lseek(sink, 100, SEEK_SET)}")
let zero = must(open("/dev/zero", O_RDWR))
println("zero: read {read(zero, buf[0..8])}, bytes {buf[0]} {buf[7]} {buf[8]}, write {write(zero, buf)}")
println("directory: {errname(read(open("/"), buf))}")
let st: Stat
must(stat("/dev/null", &st))
println("null is a character device: {S_ISCHR(st.st_mode)}, {st.st_rdev >> 8}:{st.st_rdev & 0xff}")
must(fstat(1, &st))
assert S_ISCHR(st.st_mode) && isatty(1)
