# Which flags of clone go together, and what else it refuses.
let stack: [int; 512]

fn nothing(_arg: int) {
    syscall(SYS_exit, 0)
}

fn try(name: str, flags: int, top: *int, tls: int = 0) {
    println("{name}: {errname(syscall(SYS_clone, flags, top, 0, 0, tls))}")
}

let top = &stack[0] + 512
*(top - 2) = nothing as int
try("THREAD without SIGHAND", CLONE_THREAD | CLONE_VM, top)
try("SIGHAND without VM", CLONE_SIGHAND, top)
try("a mount namespace", CLONE_NEWNS, top)
try("a descriptor of the child", CLONE_PIDFD, top)
try("thread-local storage of the kernel", CLONE_VM | CLONE_SETTLS, top, tls: -4096)
try("a stack that is not there", CLONE_VM, 64 as *int)
try("a stack at the end of memory", CLONE_VM, -8 as *int)
*(top - 2) = 1234567
try("a function that is not there", CLONE_VM, top)
*(top - 2) = nothing as int + 4
try("half an instruction", CLONE_VM, top)
*(top - 2) = nothing as int + 8
try("the middle of a function", CLONE_VM, top)

# The exit signal can be any number; who sends no signal is waited for as a clone.
let child = syscall(SYS_clone, 100, 0)
if child == 0 {
    exit(3)
}
let status = 0
assert waitpid(child, &status, __WALL) == child
println("exit signal 100: exited {WEXITSTATUS(status)}")

# A sister: a child of the caller's parent.
if fork() == 0 {
    let before = getppid()
    let sister = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0)
    if sister == 0 {
        exit((getppid() == before) as int)
    }
    assert waitpid(sister) == -ECHILD
    exit(10)
}
wait(&status)
let first = WEXITSTATUS(status)
wait(&status)
println("a child and its sister: exited {first} and {WEXITSTATUS(status)}")

# The number is written where it can be; a bad pointer does not matter.
let number: u32
child = syscall(SYS_clone, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, 0, &number, 8)
if child == 0 {
    exit(0)
}
assert number as int == child
wait()

# set_tid_address and arch_prctl
assert syscall(SYS_set_tid_address, &number) == gettid()
let tls: int
assert syscall(SYS_arch_prctl, ARCH_SET_FS, &stack) == 0
assert syscall(SYS_arch_prctl, ARCH_GET_FS, &tls) == 0
assert tls == &stack as int
assert syscall(SYS_arch_prctl, ARCH_SET_FS, -1) == -EPERM
assert syscall(SYS_arch_prctl, 77, 0) == -EINVAL
assert syscall(SYS_arch_prctl, ARCH_GET_FS, 8) == -EFAULT
