# What wait tells: an exit, a signal, nothing to wait for.
let status = 0
let child = fork()
if child == 0 {
    exit(7)
}
assert waitpid(child, &status) == child
assert WIFEXITED(status)
assert !WIFSIGNALED(status)
assert WEXITSTATUS(status) == 7
assert shell_status(status) == 7

if fork() == 0 {
    kill(getpid(), SIGKILL)
}
wait(&status)
assert WIFSIGNALED(status)
assert WTERMSIG(status) == SIGKILL
assert shell_status(status) == 137

if fork() == 0 {
    signal(SIGABRT, SIG_IGN)
    abort()
}
wait(&status)
assert WEXITSTATUS(status) == 127

if fork() == 0 {
    abort()
}
wait(&status)
assert WTERMSIG(status) == SIGABRT

assert wait() == -ECHILD
assert WIFSTOPPED(0x137f)
assert WSTOPSIG(0x137f) == 0x13
assert WIFCONTINUED(0xffff)
assert !WIFSIGNALED(0xffff)
