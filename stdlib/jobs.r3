# Job control: process groups, sessions, and the terminal that a session has (credentials(7)).

# setpgid(2): moves a process (0: this one) into a group (0: one of its own).
fn setpgid(pid: int = 0, pgid: int = 0) -> int {
    return syscall(SYS_setpgid, pid, pgid)
}

# getpgid(2): the group of a process, 0 for this one.
fn getpgid(pid: int = 0) -> int {
    return syscall(SYS_getpgid, pid)
}

# getpgrp(2): the group of this process.
fn getpgrp() -> int {
    return syscall(SYS_getpgrp)
}

# setsid(2): starts a session and a group, without a terminal.
fn setsid() -> int {
    return syscall(SYS_setsid)
}

# getsid(2): the session of a process, 0 for this one.
fn getsid(pid: int = 0) -> int {
    return syscall(SYS_getsid, pid)
}

# tcsetpgrp(3): makes a group the foreground group of the terminal: it may read, and gets Ctrl-C and Ctrl-Z.
fn tcsetpgrp(fd: int, pgid: int) -> int {
    let group = pgid as i32
    return syscall(SYS_ioctl, fd, TIOCSPGRP, &group)
}

# tcgetpgrp(3): the foreground group of the terminal.
fn tcgetpgrp(fd: int) -> int {
    let group: i32
    let r = syscall(SYS_ioctl, fd, TIOCGPGRP, &group)
    if r < 0 {
        return r
    }
    return group
}
