# Frames, restorers and handlers that make no sense: the process gets SIGSEGV, and nobody else anything.
fn nothing(sig: int) {}

# A child does `what` wrong; prints how it ends.
fn attempt(what: int, name: str) {
    if fork() == 0 {
        match what {
            0 => syscall(SYS_rt_sigreturn)
            1 => bad_action(0x10, SA_RESTORER, restore_rt as int)
            2 => bad_action(nothing as int, 0, 0)
            3 => bad_action(nothing as int, SA_RESTORER, 0x10)
            4 => bad_action(nothing as int + 4, SA_RESTORER, restore_rt as int)
            5 => handle_info(SIGUSR1, spoil)
            _ => {
                let ss = SigStack(ss_sp: 0x10000 as *byte, ss_size: 8192)
                must(sigaltstack(&ss))
                handle(SIGUSR1, nothing, SA_ONSTACK)
            }
        }
        raise(SIGUSR1)
        exit(0)
    }
    let status = 0
    wait(&status)
    println("{name}: {signame(WTERMSIG(status))}")
}

fn bad_action(handler: int, flags: int, restorer: int) {
    let act = Sigaction(sa_handler: handler, sa_flags: flags as uint, sa_restorer: restorer)
    must(syscall(SYS_rt_sigaction, SIGUSR1, &act, 0, 8))
}

fn spoil(sig: int, info: *Siginfo, context: *SigContext) {
    context.pc = 3
}

attempt(0, "no frame")
attempt(1, "no handler there")
attempt(2, "no restorer")
attempt(3, "no restorer there")
attempt(4, "handler out of line")
attempt(5, "pc out of line")
attempt(6, "no alternate stack there")
let ss = SigStack(ss_sp: nil, ss_size: 100)
let odd = SigStack(ss_flags: 7)
println("small: {errname(sigaltstack(&ss))}, flags: {errname(sigaltstack(&odd))}")
println("size of a set: {errname(syscall(SYS_rt_sigsuspend, 0, 4))} {errname(syscall(SYS_rt_sigpending, 0, 9))}")
println("bad pointers: {errname(syscall(SYS_rt_sigsuspend, 1, 8))} {errname(syscall(SYS_rt_sigaction, SIGUSR1, 1, 0, 8))}")
