# fork copies page table entries write-protected: reads in the child are free, each first write is a fault on both sides.

const N = 32

fn touch(p: *byte, n: int, value: byte) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = value
    }
    return faults() - before
}

fn sum(p: *byte, n: int) -> int {
    let s = 0
    for i in 0..n {
        s += p[i * PAGE_SIZE]
    }
    return s
}

fn look(p: *byte, n: int) -> int {
    let before = faults()
    sum(p, n)
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

# Takes the faults of stack, globals and code, so that nothing but what is measured faults.
fn settle() {
    let deep: [byte; 16384]
    for i in 0..len(deep) {
        deep[i] = 1
    }
    let p = mmap(2 * PAGE_SIZE)
    touch(p, 1, 1)
    look(p, 2)
    munmap(p, 2 * PAGE_SIZE)
}

let p = mmap(N * PAGE_SIZE)
let told = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS) as *int
told[0] = 0
touch(p, N, 1)
let child = fork()
if child == 0 {
    settle()
    told[0] = look(p, N)
    told[1] = touch(p, 8, 2)
    told[2] = touch(p, 8, 3)
    told[3] = sum(p, N)
    exit(0)
}
waitpid(child)
settle()
println("child read 32 (PTEs copied by fork): minflt={told[0]}")
println("child write 8: minflt={told[1]}")
println("child rewrite 8: minflt={told[2]}")
println("child sum {told[3]}")
println("parent sum {sum(p, N)}")
let before = frame_of(pagemap(getpid(), p))
println("parent write 32 after child exit: minflt={touch(p, N, 4)}")
println("parent frame 0 reused in place: {(before == frame_of(pagemap(getpid(), p))) as int}")
println("parent rewrite: minflt={touch(p, N, 5)}")
