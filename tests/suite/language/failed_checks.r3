# What a failed assertion and a failed bounds check leave: SIGABRT, with the reason on descriptor 2.
fn fail(how: int) {
    let xs = [1, 2, 3]
    match how {
        0 => assert xs[0] == how + 2, "the first is {xs[0]}"
        1 => println("{xs[how + 2]}")
        2 => println("{len(xs[how + 2..])}")
        3 => println("{"abc"[how]}")
        _ => assert false
    }
}

for how in 0..5 {
    let child = fork()
    if child == 0 {
        fail(how)
        exit(0)
    }
    let status = 0
    waitpid(child, &status)
    println("{how}: {signame(WTERMSIG(status))}")
}
