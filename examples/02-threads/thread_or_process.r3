# What is the difference between a process and a thread?
# To Linux both are tasks, made by one call. The flags of clone say what the new task shares with its maker, and of what
# it gets a copy: fork shares nothing, a thread shares all, and anything between is possible. The trace shows the ids of
# the shared objects and how many tasks use each.
const THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD
let touched = 0

fn child(fd: int) {
    touched = getpid()                     # the maker sees it if the memory is shared
    close(fd)                              # it is closed for the maker, too, if descriptors are
    chdir("/tmp")                          # the maker moves, too, if the directory is
    syscall(SYS_exit, 0)
}

fn try(name: str, flags: int) {
    touched = 0
    let fd = must(open("/dev/null"))
    let top = (mmap(16 * PAGE_SIZE) + 16 * PAGE_SIZE) as *uint
    (top - 2)[0] = child as uint           # what the new task calls, on a stack of its own
    (top - 1)[0] = fd as uint
    must(syscall(SYS_clone, flags, top))
    sleep_ms(1)
    let cwd: [byte; 16]
    let memory = touched != 0
    let files = fcntl(fd, F_GETFD) < 0
    let directory = getcwd(cwd) > 2
    println("{name:<14} memory {memory:<5}  descriptors {files:<5}  directory {directory:<5}  pid {touched == getpid()}")
    close(fd)
    chdir("/")
}

println("what is shared?")
try("fork", SIGCHLD)
try("CLONE_FILES", CLONE_FILES | SIGCHLD)
try("CLONE_FS", CLONE_FS | SIGCHLD)
try("CLONE_VM", CLONE_VM | SIGCHLD)
try("a thread", THREAD)
while wait() > 0 {}
