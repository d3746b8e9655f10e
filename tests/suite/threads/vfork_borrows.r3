#@ trace -mm,line=5..21
# vfork: the child borrows its parent's memory while the parent waits for it to execute a program or to end.
let x = 1

let child = syscall(SYS_vfork)
if child == 0 {
    x = 2
    exit(5)
}
let status = 0
assert waitpid(child, &status) == child
assert x == 2, "the memory is the same"
println("first child: exited {WEXITSTATUS(status)}, x is {x}")

child = syscall(SYS_vfork)
if child == 0 {
    exec("/bin/echo", ["echo", "from the second child"])
    exit(127)
}
println("the parent goes on at the child's exec")
waitpid(child)
