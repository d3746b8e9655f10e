# What ends a process that misbehaves: the signal in its wait status.
fn recurse(n: int) -> int {
    return recurse(n + 1) + 1
}

fn misbehave(how: int) {
    let zero = 0
    match how {
        0 => *(nil as *int) = 1
        1 => println("{1 / zero}")
        2 => println("{recurse(0)}")
        3 => *(&"text"[0] as *byte) = 'T'
        4 => println("{*(0xdead000000000000 as *byte)}")
        5 => abort()
        _ => kill(getpid(), SIGQUIT)
    }
}

for how in 0..7 {
    let child = fork()
    if child == 0 {
        misbehave(how)
        exit(0)
    }
    let status = 0
    waitpid(child, &status)
    assert WIFSIGNALED(status)
    println("{how}: {signame(WTERMSIG(status))}, a shell says {shell_status(status)}")
}
