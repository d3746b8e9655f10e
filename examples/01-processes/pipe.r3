# How do the bytes in `echo hello | wc` get from one process to the other?
# Through at most 16 pages in the kernel. The writer copies into them, the reader copies out; a reader of an empty pipe
# sleeps, and wakes when bytes come, or when the last write end is closed: that is how wc learns that the text is over.
let fds: [int; 2]
pipe(&fds)
if fork() == 0 {
    dup2(fds[0], 0)
    close(fds[0])
    close(fds[1])                          # else wc would hold a write end, and wait for itself for ever
    exec("/bin/wc", ["wc"])
}
if fork() == 0 {
    dup2(fds[1], 1)
    close(fds[0])
    close(fds[1])
    exec("/bin/echo", ["echo", "hello"])
}
close(fds[0])
close(fds[1])
wait()
wait()
