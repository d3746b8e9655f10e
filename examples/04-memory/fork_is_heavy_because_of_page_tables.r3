# What does fork copy, if it copies no memory?
# Page tables: 8 bytes for each page that was touched, and a frame for each 512 of them. So what a process has mapped costs
# nothing, and what it has touched does: VmPTE and the time of fork grow together.
use procfs

fn now() -> int {
    let t: Timespec
    clock_gettime(CLOCK_MONOTONIC, &t)
    return t.tv_sec * 1000000000 + t.tv_nsec
}

# A line of /proc/self/status, in KiB.
fn status(name: str) -> int {
    let buf: [byte; 2048]
    let n = must(read_file("/proc/self/status", buf))
    return number_of(str(buf[..n]), name)
}

fn measure(touched: int) {
    let start = now()
    let child = fork()
    if child == 0 { exit(0) }
    let took = now() - start
    waitpid(child)
    println("{touched:5} pages touched: {status("VmPTE"):3} KiB of tables, fork takes {took / 1000:4} us")
}

let memory = mmap(4096 * PAGE_SIZE)        # 16 MiB, of which nothing is there yet
measure(0)
let touched = 0
for goal in [512, 1024, 2048, 4096] {
    while touched < goal {
        memory[touched * PAGE_SIZE] = 1
        touched += 1
    }
    measure(touched)
}
