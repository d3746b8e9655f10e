# Who waits for a page to be read hears no signal but one that ends it, and ends at once; who waits for one to be written hears
# none at all until it has been.
use procfs

fn now() -> int {
    let t: Timespec
    clock_gettime(CLOCK_MONOTONIC, &t)
    return t.tv_sec * 1_000_000_000 + t.tv_nsec
}

fn on_term(sig: int) {}

# A child begins to wait for the disk and is sent a signal: does it end, or hear it, before the disk has answered?
fn attempt(path: str, sig: int, handled: bool) {
    let child = fork()
    if child == 0 {
        if handled { handle(SIGTERM, on_term) }
        let buf: [byte; 16]
        if path == "/f" {
            let fd = must(open(path, O_RDWR | O_CREAT))
            write(fd, "x")
            fsync(fd)
        } else {
            must(read(open(path), buf))
        }
        exit(0)
    }
    sched_yield()
    let p: Process
    assert read_process(&p, child)
    let start = now()
    kill(child, sig)
    let status = 0
    waitpid(child, &status)
    let how = "exited"
    if WIFSIGNALED(status) { how = signame(WTERMSIG(status)) }
    println("{path} {p.state:c}, {signame(sig)}: {how}, before the disk was done: {now() - start < 50_000}")
}

attempt("/bin/cat", SIGKILL, false)
attempt("/bin/wc", SIGTERM, false)
attempt("/bin/ls", SIGTERM, true)
attempt("/bin/ps", SIGCHLD, false)
attempt("/f", SIGKILL, false)
