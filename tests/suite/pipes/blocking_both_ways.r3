# A reader waits for bytes, a writer for room: 200 KB go through 64 KB, whoever is slower.
const TOTAL = 200000

fn transfer(read_late: bool) {
    let fds: [int; 2]
    must(pipe(&fds))
    let child = fork()
    if child == 0 {
        close(fds[0])
        let chunk = ['x'; 5000]
        if !read_late {
            sleep_ms(10)
        }
        for _i in 0..TOTAL / 5000 {
            assert write(fds[1], chunk) == 5000
        }
        exit(0)
    }
    close(fds[1])
    if read_late {
        sleep_ms(10)
    }
    let buf: [byte; 3000]
    let got = 0
    let n = read(fds[0], buf)
    while n > 0 {
        got += n
        n = read(fds[0], buf)
    }
    close(fds[0])
    let status = 0
    waitpid(child, &status)
    println("late reader {read_late}: {got} bytes, end {n}, writer's status {WEXITSTATUS(status)}")
}

transfer(true)
transfer(false)
