# fork returns twice; pids count up and are not used again at once.
# Left out: "ns init exited 0" (namespaces: the machine ends with its pid 1).
machine { init = script }

println("ns init: getpid {getpid()} getppid {getppid()}")
let status = 0
let child = fork()
if child == 0 {
    println("child: getpid {getpid()} getppid {getppid()}")
    exit(7)
}
let waited = waitpid(child, &status)
println("fork returned {child}, wait returned {waited}")
assert WIFEXITED(status)
println("child exited {WEXITSTATUS(status)}")
for i in 0..4 {
    child = fork()
    if child == 0 {
        exit(i)
    }
    waitpid(child, &status)
    println("next pid {child} status {WEXITSTATUS(status)}")
}
