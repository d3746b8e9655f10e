# mlock brings pages in, and its faults are counted; a child has no locks; a part that is unlocked is an area of its own.
use procfs

const N = 16

# Prints the areas of /proc/self/maps that touch the N pages at p, in pages from p on.
fn areas(p: *byte) {
    let r = Reader(fd: must(open("/proc/self/maps")))
    let line = ""
    while read_line(&r, &line) {
        let dash = index_of(line, '-')
        let start = (hex(line[0..dash]) - p as int) / PAGE_SIZE
        let end = (hex(line[dash + 1..index_of(line, ' ')]) - p as int) / PAGE_SIZE
        if start < N && end > 0 {
            let rights = line[index_of(line, ' ') + 1..]
            print("[{start}-{end} {rights[0..4]}]")
        }
    }
    println("")
    close(r.fd)
}

fn hex(digits: str) -> int {
    let n = 0
    for c in digits {
        let digit = c - '0'
        if c >= 'a' {
            digit = c - 'a' + 10
        }
        n = n * 16 + digit
    }
    return n
}

fn locked() -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/self/status", text))
    return number_of(str(text[..n]), "VmLck")
}

locked()
let p = mmap(N * PAGE_SIZE)
let before = faults()
mlock(p, N * PAGE_SIZE)
let after = faults()
println("mlock 16 itself: minflt={after - before}")
for i in 0..N {
    p[i * PAGE_SIZE] = 1
}
println("then write 16: minflt={faults() - after}")
println("VmLck {locked()} KiB")
if fork() == 0 {
    println("child VmLck {locked()} KiB")
    exit(0)
}
let status = 0
wait(&status)
println("fork child exited {WEXITSTATUS(status)}")
munlock(p, 8 * PAGE_SIZE)
println("after munlock 8: VmLck {locked()} KiB")
areas(p)
println("mlock unmapped: {errname(mlock(0x10000 as *byte, PAGE_SIZE))}")
println("DONTNEED on locked: {errname(madvise(p + 8 * PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED))}")
