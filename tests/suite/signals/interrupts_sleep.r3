# A fatal signal ends a process wherever it sleeps: in nanosleep, in read, in wait, in write.
fn sleep_in(what: int, fds: *[int; 2]) {
    let buf: [byte; 4096]
    match what {
        0 => sleep_ms(1000000)
        1 => assert read((*fds)[0], buf) == 0
        2 => {
            if fork() == 0 {
                sleep_ms(50)
                exit(0)
            }
            wait()
        }
        _ => loop {
            write((*fds)[1], buf)
        }
    }
}

let fds: [int; 2]
must(pipe(&fds))
for what in 0..4 {
    let child = fork()
    if child == 0 {
        sleep_in(what, &fds)
        exit(0)
    }
    sleep_ms(5)
    kill(child, SIGTERM)
    let status = 0
    waitpid(child, &status)
    println("{what}: {signame(WTERMSIG(status))}")
}
