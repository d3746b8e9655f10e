# WNOHANG answers 0 while the child runs, its pid once it has ended, ECHILD when there is none.
let child = fork()
if child == 0 {
    sleep_ms(10)
    exit(4)
}
let status = -1
println("at once: {waitpid(child, &status, WNOHANG)}, status untouched: {status}")
let polls = 0
while waitpid(child, &status, WNOHANG) == 0 {
    polls += 1
    sleep_ms(1)
}
assert polls > 0 && polls <= 11
println("status {WEXITSTATUS(status)}")
println("again: {errname(waitpid(child, &status, WNOHANG))}")
