# Process groups and sessions: inherited by fork, changed by setpgid and setsid.
fn getpgid(pid: int) -> int {
    return syscall(SYS_getpgid, pid)
}

fn getsid(pid: int) -> int {
    return syscall(SYS_getsid, pid)
}

fn setpgid(pid: int, group: int) -> int {
    return syscall(SYS_setpgid, pid, group)
}

let parent = getpid()
let group = getpgid(0)
let session = getsid(0)
let child = fork()
if child == 0 {
    assert getpgid(0) == group && getsid(0) == session
    println("own group: {errname(setpgid(0, 0))}, {getpgid(0) == getpid()}")
    println("a leader of a group: setsid {errname(syscall(SYS_setsid))}")
    println("back: {errname(setpgid(0, group))}, {getpgid(0) == group}")
    println("setsid: {syscall(SYS_setsid) == getpid()}")
    println("group and session: {getpgid(0) == getpid()} {getsid(0) == getpid()}")
    println("a leader of a session: {errname(setpgid(0, 0))}")
    println("into another session: {errname(setpgid(0, group))}")
    exit(0)
}
wait()
println("nobody: {errname(getpgid(99999))} {errname(getsid(99999))} {errname(setpgid(99999, 0))}")
println("negative: {errname(setpgid(0, -1))}, a group that is not: {errname(setpgid(0, 99999))}")
println("this one stayed: {getpgid(parent) == group}")
