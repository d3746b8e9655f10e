# After a fork the first who writes a page copies it, and the last owner has its frame back.

const FRAME = (1 << 55) - 1

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

# Whether a page is mapped here and nowhere else (PM_MMAP_EXCLUSIVE).
fn is_exclusive(entry: uint) -> int {
    return (entry >> 56 & 1) as int
}

fn count(entry: uint) -> int {
    return word("/proc/kpagecount", frame_of(entry)) as int
}

fn same(a: uint, b: uint) -> int {
    return (frame_of(a) == frame_of(b)) as int
}

fn touch(p: *byte, value: byte) -> int {
    let before = faults()
    p[0] = value
    return faults() - before
}

# Takes the faults of stack, globals and code, so that nothing but what is measured faults.
fn settle() {
    let deep: [byte; 16384]
    for i in 0..len(deep) {
        deep[i] = 1
    }
    let p = mmap(PAGE_SIZE)
    touch(p, 1)
    touch(p, 2)
    munmap(p, PAGE_SIZE)
}

let p = mmap(2 * PAGE_SIZE)
p[0] = 1
p[PAGE_SIZE] = 1
let to_child: [int; 2]
let to_parent: [int; 2]
pipe(&to_child)
pipe(&to_parent)
let told = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS) as *int
told[0] = 0
let byte_read: [byte; 1]
let child = fork()
if child == 0 {
    settle()
    must(read(to_child[0], byte_read))
    told[0] = touch(p, 9)
    write(to_parent[1], "x")
    must(read(to_child[0], byte_read))
    exit(0)
}
settle()
let p0 = pagemap(getpid(), p)
let c0 = pagemap(child, p)
println("after fork: same frame {same(p0, c0)} count {count(p0)} excl {is_exclusive(p0)}")
println("parent writes: minflt={touch(p, 5)}")
let p1 = pagemap(getpid(), p)
let c1 = pagemap(child, p)
print("parent got a new frame {1 - same(p1, p0)}, child kept the old {same(c1, c0)}, ")
println("counts {count(p1)} {count(c1)}")
write(to_child[1], "x")
must(read(to_parent[0], byte_read))
let c2 = pagemap(child, p)
println("child then writes: minflt={told[0]}")
println("child reused its frame {same(c2, c1)}")
let q = pagemap(getpid(), p + PAGE_SIZE)
let r = pagemap(child, p + PAGE_SIZE)
println("page 1 never written: same frame {same(q, r)} count {count(q)}")
write(to_child[1], "x")
wait()
q = pagemap(getpid(), p + PAGE_SIZE)
println("page 1 after child exit: count {count(q)}")
