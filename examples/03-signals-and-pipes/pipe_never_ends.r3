# Why does this pipeline hang, although everybody has written what there was?
#@ outcome deadlock
# A reader learns that the text is over when the last write end is closed. Here wc holds one itself: a forgotten close. The
# report names who sleeps, and on what. Take the `#` away and the 1 1 6 comes.
let fds: [int; 2]
pipe(&fds)
if fork() == 0 {
    dup2(fds[0], 0)
    close(fds[0])
    # close(fds[1])
    exec("/bin/wc", ["wc"])
}
write(fds[1], "hello\n")
close(fds[0])
close(fds[1])
wait()
