# exec reads the first page of a script and then that of its interpreter, and begins anew after each wait for the disk. With so
# few frames each of the two would take the other's place for ever, if the call did not keep both till it is done.
machine { frames = 3, swap = 16, replacement = random }
let fd = must(open("/tmp/a", O_WRONLY | O_CREAT, 0o755))
write(fd, "#!/bin/echo read by\n")
close(fd)
println("{run("/tmp/a", ["a"])}")
