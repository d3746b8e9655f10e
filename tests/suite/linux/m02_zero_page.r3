# Reading private memory maps the page of zeros that all share; writing it afterwards faults again.

const N = 16

fn touch(p: *byte, n: int, value: byte) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = value
    }
    return faults() - before
}

fn look(p: *byte, n: int, sum: *int) -> int {
    let before = faults()
    for i in 0..n {
        *sum += p[i * PAGE_SIZE]
    }
    return faults() - before
}

# The word of a page in /proc/PID/pagemap: the frame in bits 0 to 54, bit 56 for a page that is mapped once.
fn pagemap(pid: int, page: *byte) -> uint {
    let path: [byte; 64]
    let n = format(path, "/proc/{pid}/pagemap")
    return word(path[..n] as str, page as uint / PAGE_SIZE)
}

# A word of a file of words.
fn word(path: str, index: uint) -> uint {
    let buf: [byte; 8]
    let fd = must(open(path))
    must(pread(fd, buf, (index * 8) as int))
    close(fd)
    return *(&buf[0] as *uint)
}

fn frame_of(entry: uint) -> uint {
    return entry & ((1 << 55) - 1)
}

# Whether the first two pages have one frame, and whether the first one's is the page of zeros (KPF_ZERO_PAGE).
fn compare_frames(p: *byte) {
    let first = frame_of(pagemap(getpid(), p))
    let second = frame_of(pagemap(getpid(), p + PAGE_SIZE))
    let flags = word("/proc/kpageflags", first)
    println("same frame: {(first == second) as int} zero_page_flag: {flags >> 24 & 1}")
}

# Afterwards code, stack and globals are resident: nothing but what is measured faults.
fn warm() {
    let p = mmap(2 * PAGE_SIZE)
    let sum = 0
    touch(p, 1, 1)
    look(p, 2, &sum)
    munmap(p, 2 * PAGE_SIZE)
}

let sum = 0
warm()
let p = mmap(N * PAGE_SIZE)
let n = look(p, N, &sum)
println("read 16: minflt={n} sum={sum}")
compare_frames(p)
println("read again: minflt={look(p, N, &sum)}")
println("write 16: minflt={touch(p, N, 7)}")
compare_frames(p)
println("write again: minflt={touch(p, N, 7)}")
