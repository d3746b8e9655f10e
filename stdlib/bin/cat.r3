# cat(1): files, or standard input, to standard output.

use options

let buf: [byte; 4096]
let status = 0

# Copies one open file.
fn cat(fd: int, name: str) {
    loop {
        let n = read(fd, buf)
        if n < 0 {
            complain(name, n)
        }
        if n <= 0 {
            return
        }
        if write_all(1, buf[0..n]) < 0 {
            exit(1)
        }
    }
}

# Says what is wrong with a file and goes on.
fn complain(name: str, r: int) {
    eprintln("cat: {name}: {strerror(r)}")
    status = 1
}

# Copies the file of that name; `-` is standard input.
fn cat_file(name: str) {
    if name == "-" {
        cat(0, name)
        return
    }
    let fd = open(name)
    if fd < 0 {
        complain(name, fd)
        return
    }
    cat(fd, name)
    close(fd)
}

let flags = 0
let first = options("", &flags)
if first == len(args) {
    cat(0, "-")
}
for name in args[first..] {
    cat_file(name)
}
exit(status)
