# init(8): the first process. Runs the script, reaps every orphan, ends when the script has ended.
#
# The kernel starts it as /sbin/init with the arguments init, SCRIPT, and those of the script. Its first child, pid 2,
# becomes the script. When that has ended, whatever is left is killed and reaped, and init exits with the script's
# status: the machine stops.

# Opens the console as standard input, output and error, where the kernel has not.
fn open_console() {
    while fcntl(2, F_GETFD) < 0 {
        if open("/dev/console", O_RDWR) < 0 {
            exit(1)
        }
    }
}

# Becomes the script.
fn become(path: str) {
    let r = exec(path, args[1..])
    eprintln("init: {path}: {strerror(r)}")
    exit(127)
}

# Reaps children until `child` is among them; answers its wait status.
fn reap_until(child: int) -> int {
    let status = 0
    loop {
        let pid = wait(&status)
        if pid == child {
            return status
        }
        if pid == -ECHILD {
            return 0
        }
    }
}

# Kills every other process and reaps the last of them.
fn end_the_rest() {
    kill(-1, SIGKILL)
    while wait() > 0 {}
}

if len(args) < 2 {
    eprintln("init: no script")
    exit(1)
}
open_console()
let child = fork()
if child == 0 {
    become(args[1])
}
let status = reap_until(must(child))
end_the_rest()
exit(shell_status(status))
