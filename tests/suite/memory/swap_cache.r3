# A page that two processes have comes back from the swap device once: who touches it first waits for the disk, a major
# fault; the other finds it in the swap cache, a minor one, and maps the same frame. Who writes it then gets a copy.
#@ trace line=31,line=46
#@ view swap
machine { frames = 64, swap = 64 }

fn word(p: *byte) -> uint {
    let buf: [byte; 8]
    let fd = must(open("/proc/self/pagemap"))
    must(pread(fd, buf, p as int / PAGE_SIZE * 8))
    close(fd)
    return *(&buf[0] as *uint)
}

fn major() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_majflt
}

fn minor() -> int {
    let usage: Rusage
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_minflt
}

# Touches a page, and tells what that cost.
fn touch(who: str, p: *byte) {
    let before = major()
    let minor_before = minor()
    let seen = p[0]
    let after = minor()
    println("{who} reads {seen}: {major() - before} major, {after - minor_before} minor")
}

let p = mmap(PAGE_SIZE)
p[0] = 7
let fds: [int; 2]
pipe(&fds)
let child = fork()
let one: [byte; 1]
if child == 0 {
    touch("nothing", &one[0])              # the child's own pages are copied meanwhile
    must(read(fds[0], one))
    touch("the child", p)
    p[0] = 8
    println("it writes, and reads {p[0]}")
    exit(0)
}
touch("nothing", &one[0])
sleep_ms(1)
# Nobody but both has it: MADV_PAGEOUT leaves what is mapped twice alone, so that memory has to run short.
let many = mmap(100 * PAGE_SIZE)
for i in 0..100 { many[i * PAGE_SIZE] = 1 }
munmap(many, 100 * PAGE_SIZE)
println("on the swap device: {word(p) >> 62 & 1}")
mark("both name the slot")
touch("the parent", p)
mark("the slot is in the cache")
write(fds[1], one)
wait()
println("the parent still reads {p[0]}")
