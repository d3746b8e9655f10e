# Two processes that execute one file have its text in the same frames, and what they write in frames of their own.

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

let data = 1

fn text() -> int {
    return 7
}

# Tells the frames of text and data through one pipe, and waits for the other.
fn tell(input: int, out: int) {
    let frames: [uint; 2]
    text()
    data = 2
    frames[0] = frame_of(pagemap(getpid(), text as int as *byte))
    frames[1] = frame_of(pagemap(getpid(), &data as *byte))
    must(syscall(SYS_write, out, &frames, sizeof([uint; 2])))
    let byte_read: [byte; 1]
    must(read(input, byte_read))
}

if len(args) > 1 {
    let input = 0
    let out = 0
    parse_int(args[1], &input)
    parse_int(args[2], &out)
    tell(input, out)
    exit(0)
}

fn number(buf: [byte], n: int) -> str {
    return str(buf[0..format(buf, "{n}")])
}

let frames: [[uint; 2]; 2]
let ends: [int; 2]
for i in 0..2 {
    let to_child: [int; 2]
    let to_parent: [int; 2]
    pipe(&to_child)
    pipe(&to_parent)
    if fork() == 0 {
        let a: [byte; 16]
        let b: [byte; 16]
        exec("/proc/self/exe", ["x", number(a, to_child[0]), number(b, to_parent[1])])
        exit(1)
    }
    must(syscall(SYS_read, to_parent[0], &frames[i], sizeof([uint; 2])))
    ends[i] = to_child[1]
}
let texts = (frames[0][0] == frames[1][0] && frames[0][0] != 0) as int
let written = (frames[0][1] == frames[1][1]) as int
println("two execs of one file: text frame shared {texts}, written data frame shared {written}")
write(ends[0], "x")
write(ends[1], "x")
wait()
wait()
