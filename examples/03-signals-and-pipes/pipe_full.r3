# What happens when nobody reads what is written into a pipe?
#@ trace -mm,-task,-signal,line=15,line=21
# A pipe holds 16 pages. Who writes more sleeps, in the midst of its write, until a reader makes room. That is how `yes | sleep 1`
# keeps still. With O_NONBLOCK the write is short instead, and the next one fails with EAGAIN.
let fds: [int; 2]
let page: [byte; 4096]
pipe2(&fds, O_NONBLOCK)
let pages = 0
while write(fds[1], page) > 0 {
    pages += 1
}
println("{pages} pages, then {errname(write(fds[1], page))}")
if fork() == 0 {
    fcntl(fds[1], F_SETFL, 0)
    write(fds[1], page)                    # sleeps: the pipe is full
    println("written")
    exit(0)
}
sleep_ms(10)
println("reading")
println("{read(fds[0], page)} bytes read")
wait()
