# What happens to a process that sleeps in read(2) when a signal comes?
#@ trace -mm,-sched,-task,-fs,line=6,line=14,line=23
# It wakes, the handler runs, and then read has to end somehow. By default it fails with EINTR, with nothing read. With
# SA_RESTART the kernel makes the same call again, and the program never learns of it.
fn on_alarm(sig: int) {
    write(1, "handler\n")
}

let fds: [int; 2]
let buf: [byte; 16]
pipe(&fds)
handle(SIGALRM, on_alarm)
alarm(1)
println("read: {errname(read(fds[0], buf))}")

handle(SIGALRM, on_alarm, SA_RESTART)
alarm(1)
if fork() == 0 {
    sleep_ms(2000)                         # after the alarm
    write(fds[1], "hello")
    exit(0)
}
println("read: {read(fds[0], buf)} bytes")
