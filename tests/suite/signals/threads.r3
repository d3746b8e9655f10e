# Signals and threads: a process's signal goes to a thread that does not hold it back; a stop stops all; a fatal one ends all.
let took = 0
fn on_usr1(sig: int) { took = gettid() }
fn sleeper(n: int) {
    sigprocmask(SIG_UNBLOCK, sigmask(SIGUSR1))
    let r = sleep_ms(n)
    println("thread: {errname(r)}")
}
handle(SIGUSR1, on_usr1)
sigprocmask(SIG_BLOCK, sigmask(SIGUSR1))
let t = spawn_thread(sleeper, 1000)
sleep_ms(1)
kill(getpid(), SIGUSR1)
join(t)
println("taken by another thread: {took != 0 && took != gettid()}")
let child = fork()
if child == 0 {
    let a = spawn_thread(sleeper, 20)
    let b = spawn_thread(sleeper, 20)
    join(a)
    join(b)
    println("child done")
    exit(0)
}
sleep_ms(5)
kill(child, SIGSTOP)
let status = 0
waitpid(child, &status, WUNTRACED)
println("stopped {WIFSTOPPED(status)}")
sleep_ms(50)
kill(child, SIGCONT)
waitpid(child, &status)
println("exited {WIFEXITED(status)}")
child = fork()
if child == 0 {
    let a = spawn_thread(sleeper, 20000)
    kill(getpid(), SIGTERM)
    join(a)
}
waitpid(child, &status)
println("{signame(WTERMSIG(status))}")
