# A pipe ends when its last writer is gone; writing without a reader is EPIPE with SIGPIPE.

let saw = 0

fn on_sigpipe(sig: int) {
    saw = sig
}

fn new_pipe(fds: *[int; 2]) {
    must(pipe(fds))
}

let fds: [int; 2]
let buf: [byte; 16]
new_pipe(&fds)
write(fds[1], "hello")
close(fds[1])
println("read 3: {read(fds[0], buf[0..3])}")
println("rest: {read(fds[0], buf)}")
println("eof: {read(fds[0], buf)}")
println("eof again: {read(fds[0], buf)}")
close(fds[0])

new_pipe(&fds)
close(fds[0])
let child = fork()
if child == 0 {
    write(fds[1], "x")
    exit(0)
}
let status = 0
waitpid(child, &status)
assert WIFSIGNALED(status)
println("write without reader signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
signal(SIGPIPE, SIG_IGN)
println("ignored: {errname(write(fds[1], "x"))}")
handle(SIGPIPE, on_sigpipe)
let written = write(fds[1], "x")
println("handled: {errname(written)}, handler saw {saw}")
println("zero bytes without reader: {errname(write(fds[1], ""))}")
close(fds[1])

new_pipe(&fds)
if fork() == 0 {
    close(fds[0])
    sleep_ms(30)
    exit(0)
}
close(fds[1])
println("reader blocks until the child (last writer) exits, then {read(fds[0], buf[0..1])}")
wait()

new_pipe(&fds)
let polled = [Pollfd(fd: fds[0] as i32, events: POLLIN)]
println("own write end kept open: poll 50ms -> {poll(polled, 50)} (would hang)")
close(fds[1])
assert poll(polled, 0) == 1
println("closed: revents POLLHUP {(polled[0].revents & POLLHUP != 0) as int}")
