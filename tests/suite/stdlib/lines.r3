# A writer in one process, a reader of lines in another: nothing is lost at the ends of the buffers.
let fds: [int; 2]
must(pipe(&fds))
if fork() == 0 {
    for i in 0..300 {
        let line: Formatter
        fmt_begin(&line, fds[1])
        fmt_int(&line, i, 0)
        fmt_fill(&line, "x", i)
        fmt_put(&line, "\n")
        fmt_end(&line)
    }
    write(fds[1], "the end")
    exit(0)
}
close(fds[1])

let reader = Reader(fd: fds[0])
let line = ""
let lines = 0
let bytes = 0
let last: [byte; 16]
let n_last = 0
while read_line(&reader, &line) {
    lines += 1
    bytes += len(line)
    n_last = format(last, "{line}")
}
assert lines == 301
assert bytes == 10 + 2 * 90 + 3 * 200 + 299 * 300 / 2 + 7
assert str(last[..n_last]) == "the end"

# getline takes no byte beyond its line.
must(pipe(&fds))
write(fds[1], "one\ntwo")
close(fds[1])
let buf: [byte; 32]
assert getline(fds[0], buf) == 4
assert read(fds[0], buf) == 3
assert str(buf[..3]) == "two"
assert getline(fds[0], buf) == 0
wait()
