# What clone shares: each of CLONE_VM, FILES, FS and SIGHAND by itself and together, and what does not go together.
let x: int
let stack: [byte; 8192]

fn body(arg: int) {
    x = 2
    chdir("/bin")
    syscall(SYS_umask, 0)
    close(100)
    signal(SIGUSR1, SIG_IGN)
    syscall(SYS_exit_group, 0)
}

fn told(shared: bool) -> str {
    if shared {
        return "shared"
    }
    return "copied"
}

fn go(name: str, flags: int) {
    x = 1
    syscall(SYS_umask, 0o22)
    chdir("/")
    signal(SIGUSR1, SIG_DFL)
    dup2(0, 100)
    let top = &stack[0] + 8192
    *((top - 16) as *int) = body as int
    let child = syscall(SYS_clone, flags | SIGCHLD, top)
    if child < 0 {
        println("{name}: {errname(child)}")
        return
    }
    waitpid(child)
    let buf: [byte; 64]
    let length = getcwd(buf)
    let elsewhere = length == 5 && syscall(SYS_umask, 0o22) == 0
    let action: Sigaction
    syscall(SYS_rt_sigaction, SIGUSR1, 0, &action, 8)
    let fd100 = fcntl(100, F_GETFD) >= 0
    println("{name}: memory {told(x == 2)}, fd table {told(!fd100)}, cwd/umask {told(elsewhere)}, handlers {told(action.sa_handler == SIG_IGN)}")
    close(100)
}

go("none", 0)
go("VM", CLONE_VM)
go("FILES", CLONE_FILES)
go("FS", CLONE_FS)
go("VM|SIGHAND", CLONE_VM | CLONE_SIGHAND)
go("VM|FILES|FS|SIGHAND", CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND)
go("SIGHAND without VM", CLONE_SIGHAND)
go("THREAD without SIGHAND", CLONE_VM | CLONE_THREAD)
go("FS|NEWNS", CLONE_FS | CLONE_NEWNS)
