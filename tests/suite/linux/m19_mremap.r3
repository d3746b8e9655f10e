# mremap grows in place if there is room, shrinks, and else moves: page table entries, not bytes.

let caught = 0
let code = 0
let place = 0

fn on_fault(sig: int, info: *Siginfo, context: *SigContext) {
    caught = sig
    code = info.si_code
    place = si_addr(info)
    context.pc += 8
}

fn try(name: str, base: *byte, page: int) {
    caught = 0
    let _seen = base[page * PAGE_SIZE]
    if caught == 0 {
        println("{name}: ok")
    } else {
        println("{name}: {signame(caught)} code={code} addr=+{place - base as int}")
    }
}

fn write_pages(p: *byte, n: int) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = 1
    }
    return faults() - before
}

fn frame_of(p: *byte) -> uint {
    let buf: [byte; 8]
    let fd = must(open("/proc/self/pagemap"))
    must(pread(fd, buf, p as int / PAGE_SIZE * 8))
    close(fd)
    return *(&buf[0] as *uint) & ((1 << 55) - 1)
}

# 1 for true, as C prints it.
fn bit(holds: bool) -> int {
    if holds {
        return 1
    }
    return 0
}

handle_info(SIGSEGV, on_fault)
write_pages(mmap(PAGE_SIZE), 1)
# Eight free pages between two that are taken.
let p = mmap(10 * PAGE_SIZE, prot: PROT_NONE) + PAGE_SIZE
munmap(p, 8 * PAGE_SIZE)
let _four = mmap(4 * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p)
write_pages(p, 4)
println("grow in place to 6: {bit(mremap(p, 4 * PAGE_SIZE, 6 * PAGE_SIZE) == p)}")
println("touch 6: minflt={write_pages(p, 6)}")
println("shrink to 2: {bit(mremap(p, 6 * PAGE_SIZE, 2 * PAGE_SIZE) == p)}")
try("page 2", p, 2)
let _one = mmap(PAGE_SIZE, prot: PROT_READ, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p + 2 * PAGE_SIZE)
println("grow blocked: {errname(mremap(p, 2 * PAGE_SIZE, 4 * PAGE_SIZE) as int)}")
let frame = frame_of(p)
let q = mremap(p, 2 * PAGE_SIZE, 4 * PAGE_SIZE, MREMAP_MAYMOVE)
println("moved: {bit(q != p)} same frame: {bit(frame_of(q) == frame)}")
println("moved pages need no fault: minflt={write_pages(q, 2)}")
try("old place", p, 0)
