# pagemap, kpagecount and kpageflags are read by words of 8 bytes, from anywhere, and by who may.
const END = 0x7ffffffff000 / 4096 * 8

fn get(path: str, len: int, offset: int) -> int {
    let buf: [byte; 64]
    let fd = open(path)
    if fd < 0 {
        return fd
    }
    let n = pread(fd, buf[..len], offset)
    close(fd)
    return n
}

fn tell(what: str, r: int) {
    if r < 0 {
        println("{what}: {errname(r)}")
    } else {
        println("{what}: {r}")
    }
}

fn word(path: str, index: uint) -> uint {
    let buf: [byte; 8]
    let fd = must(open(path))
    must(pread(fd, buf, (index * 8) as int))
    close(fd)
    return *(&buf[0] as *uint)
}

# Tells of a page what pagemap, kpagecount and kpageflags do; of frames only how many bits are shown.
fn page(what: str, p: *byte) {
    let entry = word("/proc/self/pagemap", p as uint / PAGE_SIZE)
    let frame = entry & ((1 << 55) - 1)
    let flags = word("/proc/kpageflags", frame)
    print("{what:<12} present {entry >> 63} swapped {entry >> 62 & 1} file {entry >> 61 & 1} exclusive {entry >> 56 & 1} ")
    print("count {word("/proc/kpagecount", frame)} flags")
    for bit in 0..64 {
        if flags >> bit & 1 != 0 {
            print(" {bit}")
        }
    }
    println("")
}

let p = mmap(4 * PAGE_SIZE)
p[0] = 1
let sum = p[PAGE_SIZE]
let shared = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
shared[0] = sum
page("anonymous", p)
page("zeros", p + PAGE_SIZE)
page("shared", shared)
page("text", page as int as *byte)
println("untouched: {word("/proc/self/pagemap", (p + 2 * PAGE_SIZE) as uint / PAGE_SIZE)}")

tell("4 bytes", get("/proc/self/pagemap", 4, 0))
tell("from byte 4", get("/proc/self/pagemap", 8, 4))
tell("16 bytes at the last page", get("/proc/self/pagemap", 16, END - 8))
tell("at the end", get("/proc/self/pagemap", 8, END))
tell("far beyond", get("/proc/self/pagemap", 8, 0x7fffffffff0000))
tell("kpagecount beyond memory", get("/proc/kpagecount", 8, 1 << 40))
tell("kpageflags, 3 bytes", get("/proc/kpageflags", 3, 0))
tell("its last word", get("/proc/kpageflags", 16, 65535 * 8))

# Without being root: no frames of one's own pages, and nothing of others.
let fd = must(open("/proc/self/pagemap"))
if fork() == 0 {
    let mine = must(open("/proc/self/pagemap"))
    setuid(1000)
    let buf: [byte; 8]
    must(pread(mine, buf, p as int / PAGE_SIZE * 8))
    println("without root: {*(&buf[0] as *uint):x}")
    tell("kpagecount", open("/proc/kpagecount"))
    tell("maps of init", open("/proc/1/maps"))
    tell("smaps of init", open("/proc/1/smaps"))
    tell("statm of init", open("/proc/1/statm") - 5)
    exit(0)
}
wait()
