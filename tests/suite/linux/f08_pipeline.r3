# Three processes in a row: when the middle one leaves, its producer is killed by SIGPIPE and the sink sees the end.

fn produce(to: int) {
    let chunk: [byte; 1000]
    while write(to, chunk) > 0 {}
    exit(9)
}

fn pass_on(from: int, to: int) {
    let chunk: [byte; 1000]
    for _i in 0..10 {
        let n = read(from, chunk)
        if write(to, chunk[0..n]) < 0 {
            exit(8)
        }
    }
    exit(3)
}

let first: [int; 2]
let second: [int; 2]
must(pipe(&first))
must(pipe(&second))
let producer = fork()
if producer == 0 {
    close(first[0])
    close(second[0])
    close(second[1])
    produce(first[1])
}
let middle = fork()
if middle == 0 {
    close(first[1])
    close(second[0])
    pass_on(first[0], second[1])
}
close(first[0])
close(first[1])
close(second[1])
let buf: [byte; 4096]
let received = 0
let n = read(second[0], buf)
while n > 0 {
    received += n
    n = read(second[0], buf)
}
let status = 0
println("sink received {received}")
waitpid(producer, &status)
assert WIFSIGNALED(status)
println("producer signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
waitpid(middle, &status)
assert WIFEXITED(status)
println("middle exited {WEXITSTATUS(status)}")
