# SIG_IGN: fork and exec keep it; SIGKILL and SIGSTOP can not be ignored.
program patient(args: [str]) {
    kill(getpid(), SIGTERM)
    println("{args[1]}: still here")
    signal(SIGTERM, SIG_DFL)
    kill(getpid(), SIGTERM)
    println("never printed")
}

println("{errname(signal(SIGKILL, SIG_IGN))} {errname(signal(SIGSTOP, SIG_IGN))} {errname(signal(65, SIG_IGN))}")
signal(SIGTERM, SIG_IGN)
kill(getpid(), SIGTERM)
println("this process goes on")
let status = run("/bin/patient", ["patient", "after exec"])
println("then {signame(WTERMSIG(status))}")
let old: Sigaction
must(syscall(SYS_rt_sigaction, SIGTERM, 0, &old, 8))
println("the parent still ignores it: {old.sa_handler == SIG_IGN}")
