# A sleeper that is stopped goes on with its call.
let child = fork()
if child == 0 {
    let r = sleep_ms(30)
    println("child: slept, {errname(r)}")
    exit(7)
}
sleep_ms(10)
kill(child, SIGSTOP)
let status = 0
waitpid(child, &status, WUNTRACED)
println("stopped: {WIFSTOPPED(status)} {signame(WSTOPSIG(status))}")
sleep_ms(10)
kill(child, SIGCONT)
waitpid(child, &status, WCONTINUED)
println("continued: {WIFCONTINUED(status)}")
waitpid(child, &status)
println("exited {WEXITSTATUS(status)}")
