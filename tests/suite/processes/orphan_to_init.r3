# A process whose parent has ended becomes a child of pid 1, which reaps it.
let fds: [int; 2]
must(pipe(&fds))
if fork() == 0 {
    let parent = getpid()
    if fork() == 0 {
        while getppid() == parent {
            sched_yield()
        }
        println("orphan: my parent is {getppid()} now")
        exit(0)
    }
    exit(0)
}
wait()
close(fds[1])
let end: [byte; 1]
println("read after the orphan's end: {read(fds[0], end)}")
println("no child left: {errname(wait())}")
