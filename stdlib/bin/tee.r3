# tee(1): standard input to standard output and to files; -a adds to their ends.

use options

let status = 0
let fds: [int; 32]
let buf: [byte; 4096]

let flags = 0
let first = options("a", &flags)
let how = O_WRONLY | O_CREAT | O_TRUNC
if flags != 0 {
    how = O_WRONLY | O_CREAT | O_APPEND
}
if len(args) - first >= len(fds) {
    eprintln("tee: too many files")
    exit(1)
}
let n_fds = 1
fds[0] = 1
for name in args[first..] {
    fds[n_fds] = open(name, how, 0o666)
    if fds[n_fds] < 0 {
        eprintln("tee: {name}: {strerror(fds[n_fds])}")
        status = 1
    } else {
        n_fds += 1
    }
}
loop {
    let n = read(0, buf)
    if n < 0 {
        eprintln("tee: read error: {strerror(n)}")
        status = 1
    }
    if n <= 0 {
        break
    }
    for fd in fds[0..n_fds] {
        if write_all(fd, buf[0..n]) < 0 {
            status = 1
        }
    }
}
exit(status)
