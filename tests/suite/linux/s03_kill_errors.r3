# Whom kill does not reach: nobody, no signal, another user's process; and a whole group that it does.
println("kill(self,0): {errname(kill(getpid(), 0))}")
println("kill(bad signal): {errname(kill(getpid(), 65))}")
println("kill(-1 signal): {errname(kill(getpid(), -1))}")
let child = fork()
if child == 0 {
    exit(0)
}
wait()
println("kill(reaped): {errname(kill(child, 0))}")
println("kill(huge pid): {errname(kill(0x7ffffff0, 0))}")
println("kill(group without members): {errname(kill(-child, 0))}")
child = fork()
if child == 0 {
    must(setuid(64999))
    exit(-kill(getppid(), 0))
}
let status = 0
waitpid(child, &status)
println("unprivileged kill of root's: {errname(-WEXITSTATUS(status))}")
child = fork()
if child == 0 {
    setpgid()
    signal(SIGTERM, SIG_DFL)
    if fork() == 0 {
        loop {
            pause()
        }
    }
    kill(0, SIGTERM)
    loop {
        pause()
    }
}
waitpid(child, &status)
println("kill(0,TERM) hits own group signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
