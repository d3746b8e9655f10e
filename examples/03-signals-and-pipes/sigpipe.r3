# Why does `yes | head -n 1` end, although yes never does?
#@ trace -mm,-sched,-syscall,-pipe,-fs,task=yes
# head exits, and with it goes the last read end. The next write of yes finds no reader: the kernel sends SIGPIPE, which
# kills. Who ignores that signal gets EPIPE from write instead.
let status = 0
let fds: [int; 2]
pipe(&fds)
let child = fork()
if child == 0 {
    dup2(fds[1], 1)
    close(fds[0])
    close(fds[1])
    exec("/bin/yes", ["yes"])
}
close(fds[1])
let buf: [byte; 2]
println("read {read(fds[0], buf)} bytes")
close(fds[0])                              # what the exit of head does
waitpid(child, &status)
println("it ended by {signame(WTERMSIG(status))}")

pipe(&fds)
close(fds[0])
signal(SIGPIPE, SIG_IGN)
println("write: {errname(write(fds[1], "x"))}")
