# The stack grows when it is touched, a page at a time, down to its limit of 8 MiB.
fn deep(left: int) -> int {
    let room: [byte; 4096]
    room[left % 4096] = 1
    if left == 0 {
        return 0
    }
    return deep(left - 1) + room[left % 4096]
}

let child = fork()
if child == 0 {
    let before = faults()
    assert deep(1000) == 1000
    let pages = faults() - before
    assert pages >= 1000 && pages < 1200
    before = faults()
    assert deep(1000) == 1000
    assert faults() - before == 0
    println("4 MB of stack: about a fault a page, the second time none")
    exit(0)
}
let status = 0
waitpid(child, &status)
assert WIFEXITED(status)
child = fork()
if child == 0 {
    exit(deep(3000))
}
waitpid(child, &status)
println("12 MB of stack: {signame(WTERMSIG(status))}")
