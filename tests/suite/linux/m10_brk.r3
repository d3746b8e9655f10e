# The heap grows and shrinks by brk; what was given back reads as zeros again.

fn touch(p: *byte, n: int) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = 1
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

let caught = 0
let code = 0
let place = 0

fn on_fault(sig: int, info: *Siginfo, context: *SigContext) {
    caught = sig
    code = info.si_code
    place = si_addr(info)
    context.pc += 8
}

# Prints whether a read of a page is allowed, or a write.
fn try(name: str, base: *byte, page: int, writes: bool = false) {
    caught = 0
    if writes {
        base[page * PAGE_SIZE] = 1
    } else {
        let _seen = base[page * PAGE_SIZE]
    }
    if caught == 0 {
        println("{name}: ok")
    } else {
        println("{name}: {signame(caught)} code={code} addr=+{place - base as int}")
    }
}

handle_info(SIGSEGV, on_fault)
let warm = mmap(PAGE_SIZE)
touch(warm, 1)
let end = sbrk(0) as int
let heap = ((end + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE) as *byte
brk(heap)
println("grow 10 pages: {errname(brk(heap + 10 * PAGE_SIZE))}")
println("touch 10: minflt={touch(heap, 10)}")
try("read past brk", heap, 10)
println("shrink 4: {errname(brk(heap + 6 * PAGE_SIZE))}")
try("read freed", heap, 6)
println("regrow: {errname(brk(heap + 10 * PAGE_SIZE))}")
println("freed pages are zero again: sum {sum(heap, 10)}")
setrlimit(RLIMIT_DATA, 16 * PAGE_SIZE)
println("beyond RLIMIT_DATA: {errname(brk(heap + 4000 * PAGE_SIZE))}")
