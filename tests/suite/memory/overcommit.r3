# How much memory is promised, and who is refused: by rule of thumb (0), never (1), and beyond CommitLimit (2).
machine { ram = 4 * 1024 * 1024, swap = 256, init = script }
use procfs

const RW = PROT_READ | PROT_WRITE

fn pages_of(name: str) -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/meminfo", text))
    return number_of(str(text[..n]), name) * 1024 / PAGE_SIZE
}

fn put(path: str, value: str) {
    let fd = must(open(path, O_WRONLY))
    write(fd, value)
    close(fd)
}

fn map(n: int, prot: int = RW, flags: int = MAP_PRIVATE) -> str {
    last = mmap(n * PAGE_SIZE, prot: prot, flags: flags | MAP_ANONYMOUS)
    if failed(last) {
        return errname(last as int)
    }
    return "an address"
}

# Prints by how many pages the promises have grown since it was called before.
fn more(what: str) {
    let now = pages_of("Committed_AS")
    println("{what}: {now - promised}")
    promised = now
}

let last: *byte
let promised = 0
let warm: [byte; 4096]
warm[0] = 1
promised = pages_of("Committed_AS")
println("limit {pages_of("CommitLimit")} of {pages_of("MemTotal")} and {pages_of("SwapTotal")}")
let a = mmap(10 * PAGE_SIZE)
more("private and written")
let b = mmap(10 * PAGE_SIZE, prot: PROT_READ)
more("only read")
mprotect(b, 4 * PAGE_SIZE, RW)
more("4 of them written")
mprotect(b, 4 * PAGE_SIZE, PROT_READ)
more("not any more")
a[0] = 1
mprotect(a, 10 * PAGE_SIZE, PROT_READ)
more("what has a page stays promised")
mprotect(a, 10 * PAGE_SIZE, RW)
more("and is not promised twice")
let c = mmap(10 * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
more("without a reserve")
let d = mmap(10 * PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
more("shared")
munmap(d, 5 * PAGE_SIZE)
more("half of it unmapped")
munmap(d, 10 * PAGE_SIZE)
more("all of it")
let e = mmap(10 * PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE)
more("shared without a reserve")
e[0] = 1
more("and touched")
let fd = must(open("/tmp/f", O_RDWR | O_CREAT))
write(fd, warm)
more("a page of a file in memory")
let f = mmap(PAGE_SIZE, prot: PROT_READ, flags: MAP_SHARED, fd: fd)
more("mapped")
unlink("/tmp/f")
close(fd)
munmap(f, PAGE_SIZE)
more("and gone")
let end = ((sbrk(0) as int + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE) as *byte
brk(end + 3 * PAGE_SIZE)
more("the heap")
brk(end)
more("and back")
munmap(a, 4 * PAGE_SIZE)
more("4 pages unmapped")

println("mode 0: more than there is: {map(1281)}, not at once: {map(1279)} and {map(1279)}, without a reserve: {map(1 << 20, RW, MAP_PRIVATE | MAP_NORESERVE)}")
put("/proc/sys/vm/overcommit_memory", "1")
println("mode 1: {map(1 << 20)}")
munmap(last, 1 << 32)
put("/proc/sys/vm/overcommit_memory", "2")
println("mode 2, {pages_of("Committed_AS") > pages_of("CommitLimit")} that more is promised: {map(1)}, only read: {map(1, PROT_READ)}")
put("/proc/sys/vm/overcommit_ratio", "300")
let room = pages_of("CommitLimit") - pages_of("Committed_AS")
println("limit {pages_of("CommitLimit")}: all of it: {map(room)}, without a reserve: {map(room, RW, MAP_PRIVATE | MAP_NORESERVE)}, shared: {map(room, RW, MAP_SHARED)}")
# 32 of 1024 pages stay for others than this process.
print("but for 32: {map(room - 32)}, but for 33: {map(room - 33)}")
munmap(last, (room - 33) * PAGE_SIZE)
println(", and again: {map(room - 33)}")
munmap(last, (room - 33) * PAGE_SIZE)
let read_only = mmap(room * PAGE_SIZE, prot: PROT_READ)
println("mprotect: {errname(mprotect(read_only, room * PAGE_SIZE, RW))}, brk: {errname(brk(end + room * PAGE_SIZE))}")
let child = fork()
if child == 0 {
    exit(0)
}
println("fork: {errname(child)}")
put("/proc/sys/vm/overcommit_memory", "0")
let status = 0
child = fork()
if child == 0 {
    exit(0)
}
waitpid(child, &status)
println("and with mode 0: {WEXITSTATUS(status)}")
put("/proc/sys/vm/overcommit_memory", "2")
put("/proc/sys/vm/overcommit_ratio", "0")
let file = must(open("/tmp/g", O_RDWR | O_CREAT))
println("a file in memory: {errname(write(file, warm))}")
put("/proc/sys/vm/overcommit_ratio", "300")
room = pages_of("CommitLimit") - pages_of("Committed_AS")
setuid(1000)
println("32 more stay for root: {map(room - 64)}, {map(room - 65)}")
