# A stopped job whose shell has gone gets SIGHUP and SIGCONT: nobody else could continue it.
let fds: [int; 2]
must(pipe(&fds))
let shell = fork()
if shell == 0 {
    setpgid()
    let job = fork()
    if job == 0 {
        setpgid()
        kill(getpid(), SIGSTOP)
        exit(0)
    }
    setpgid(job, job)
    let status = 0
    waitpid(job, &status, WUNTRACED)
    println("the job is stopped: {WIFSTOPPED(status)}")
    exit(0)
}
close(fds[1])
wait()
let buf: [byte; 1]
println("the job is gone: {read(fds[0], buf)}")
