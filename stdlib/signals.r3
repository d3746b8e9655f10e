# Signals by name and by number, as signal(7) lists them for x86-64.

# The highest number of a signal that has a name.
const SIGNALS = 31

# sigabbrev_np(3), with its SIG: the name of a signal.
fn signame(sig: int) -> str {
    match sig {
        SIGHUP => return "SIGHUP"
        SIGINT => return "SIGINT"
        SIGQUIT => return "SIGQUIT"
        SIGILL => return "SIGILL"
        SIGTRAP => return "SIGTRAP"
        SIGABRT => return "SIGABRT"
        SIGBUS => return "SIGBUS"
        SIGFPE => return "SIGFPE"
        SIGKILL => return "SIGKILL"
        SIGUSR1 => return "SIGUSR1"
        SIGSEGV => return "SIGSEGV"
        SIGUSR2 => return "SIGUSR2"
        SIGPIPE => return "SIGPIPE"
        SIGALRM => return "SIGALRM"
        SIGTERM => return "SIGTERM"
        SIGSTKFLT => return "SIGSTKFLT"
        SIGCHLD => return "SIGCHLD"
        SIGCONT => return "SIGCONT"
        SIGSTOP => return "SIGSTOP"
        SIGTSTP => return "SIGTSTP"
        SIGTTIN => return "SIGTTIN"
        SIGTTOU => return "SIGTTOU"
        SIGURG => return "SIGURG"
        SIGXCPU => return "SIGXCPU"
        SIGXFSZ => return "SIGXFSZ"
        SIGVTALRM => return "SIGVTALRM"
        SIGPROF => return "SIGPROF"
        SIGWINCH => return "SIGWINCH"
        SIGIO => return "SIGIO"
        SIGPWR => return "SIGPWR"
        SIGSYS => return "SIGSYS"
        _ => return "SIG?"
    }
}

# strsignal(3): what a signal means, as a shell says it.
fn strsignal(sig: int) -> str {
    match sig {
        SIGHUP => return "Hangup"
        SIGINT => return "Interrupt"
        SIGQUIT => return "Quit"
        SIGILL => return "Illegal instruction"
        SIGTRAP => return "Trace/breakpoint trap"
        SIGABRT => return "Aborted"
        SIGBUS => return "Bus error"
        SIGFPE => return "Floating point exception"
        SIGKILL => return "Killed"
        SIGUSR1 => return "User defined signal 1"
        SIGSEGV => return "Segmentation fault"
        SIGUSR2 => return "User defined signal 2"
        SIGPIPE => return "Broken pipe"
        SIGALRM => return "Alarm clock"
        SIGTERM => return "Terminated"
        SIGSTKFLT => return "Stack fault"
        SIGCHLD => return "Child exited"
        SIGCONT => return "Continued"
        SIGSTOP => return "Stopped (signal)"
        SIGTSTP => return "Stopped"
        SIGTTIN => return "Stopped (tty input)"
        SIGTTOU => return "Stopped (tty output)"
        SIGURG => return "Urgent I/O condition"
        SIGXCPU => return "CPU time limit exceeded"
        SIGXFSZ => return "File size limit exceeded"
        SIGVTALRM => return "Virtual timer expired"
        SIGPROF => return "Profiling timer expired"
        SIGWINCH => return "Window changed"
        SIGIO => return "I/O possible"
        SIGPWR => return "Power failure"
        SIGSYS => return "Bad system call"
        _ => return "Unknown signal"
    }
}

# The number of the signal that is written as `15`, `TERM` or `SIGTERM`; -1 if there is none.
fn signal_number(text: str) -> int {
    let number = 0
    if parse_int(text, &number) {
        if 0 <= number && number <= 64 {
            return number
        }
        return -1
    }
    for sig in 1..SIGNALS + 1 {
        let name = signame(sig)
        if text == name || text == name[3..] {
            return sig
        }
    }
    return -1
}
