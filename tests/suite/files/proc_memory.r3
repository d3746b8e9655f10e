# What /proc tells of the memory of a process: peaks, what is shared, what is dirty, and its sums.
fn tell(path: str, keys: [str]) {
    let buf: [byte; 4096]
    let n = must(read_file(path, buf))
    let text = str(buf[..n])
    let rest = text
    while len(rest) > 0 {
        let line = split(&rest, '\n')
        let words = line
        let key = next_word(&words)
        for wanted in keys {
            if key == wanted {
                print(" {wanted}{trim(words)}")
            }
        }
    }
    println("")
}

fn status(what: str) {
    print("{what:<14}")
    tell("/proc/self/status", ["VmPeak:", "VmSize:", "VmHWM:", "VmRSS:", "RssAnon:", "RssShmem:", "VmData:", "VmPTE:"])
}

fn rollup(what: str) {
    print("{what:<14}")
    tell("/proc/self/smaps_rollup", ["Rss:", "Pss:", "Shared_Dirty:", "Private_Dirty:", "Referenced:", "Anonymous:"])
}

status("at first")
rollup("at first")
let p = mmap(100 * PAGE_SIZE)
status("mapped")
for i in 0..50 {
    p[i * PAGE_SIZE] = 1
}
status("touched")
rollup("touched")
let shared = mmap(4 * PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
shared[0] = 1
status("shared")
let ends: [int; 2]
pipe(&ends)
let child = fork()
if child == 0 {
    let buf: [byte; 1]
    must(read(ends[0], buf))
    exit(0)
}
sched_yield()
rollup("after fork")
write(ends[1], "x")
wait()
rollup("alone again")
munmap(p, 100 * PAGE_SIZE)
status("unmapped")
let fd = must(open("/proc/self/clear_refs", O_WRONLY))
write(fd, "1")
rollup("not used")
run("/bin/cat", ["cat", "/proc/self/statm", "/proc/self/smaps"])
let zombie = fork()
if zombie == 0 {
    exit(0)
}
let info: Siginfo
waitid(P_PID, zombie, &info, WEXITED | WNOWAIT)
let buf: [byte; 64]
let path: [byte; 64]
let n = format(path, "/proc/{zombie}/statm")
n = must(read_file(str(path[..n]), buf))
print("a zombie: {str(buf[..n])}")
run("/bin/cat", ["cat", "/proc/vmstat", "/proc/meminfo", "/proc/swaps", "/proc/stat"])
