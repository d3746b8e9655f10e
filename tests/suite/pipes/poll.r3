# poll tells which files are ready, waits for the first of them, and not longer than asked.
let a: [int; 2]
let b: [int; 2]
must(pipe(&a))
must(pipe(&b))
let files = [Pollfd(fd: a[0] as i32, events: POLLIN), Pollfd(fd: b[0] as i32, events: POLLIN)]
println("nothing: {poll(files, 0)}, after a while: {poll(files, 20)}")
if fork() == 0 {
    sleep_ms(10)
    write(b[1], "x")
    exit(0)
}
println("one: {poll(files, -1)}, revents {files[0].revents} {files[1].revents}")
wait()
let out = [Pollfd(fd: a[1] as i32, events: POLLOUT | POLLIN), Pollfd(fd: -1, events: POLLIN), Pollfd(fd: 99)]
println("{poll(out, -1)}: {out[0].revents} {out[1].revents} {out[2].revents}")
close(a[0])
close(b[1])
println("{poll(out[0..1], -1)}: {out[0].revents}")
println("{poll(files[1..2], -1)}: {files[1].revents}")
println("no files, 5 ms: {poll(files[0..0], 5)}")
