# One call of fork, two returns: how does each process know which one it is?
# Both go on behind the call with equal memory; only the answer in rax differs: the child's pid in the parent, 0 in the
# child. Look in the trace for the one that enters fork and the two that come out of it.
let answer = fork()
if answer == 0 {
    println("child:  fork returned {answer}, I am {getpid()}, my parent is {getppid()}")
    exit(0)
}
println("parent: fork returned {answer}, I am {getpid()}")
assert wait() == answer, "the number that fork returned is the pid that wait reaps"
