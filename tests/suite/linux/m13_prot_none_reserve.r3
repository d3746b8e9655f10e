# Address space that is only reserved: rights come page by page; on x86 the right to write or execute is one to read.

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

fn touch(p: *byte, n: int) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = 1
    }
    return faults() - before
}

handle_info(SIGSEGV, on_fault)
touch(mmap(PAGE_SIZE), 1)
let p = mmap(16 * PAGE_SIZE, prot: PROT_NONE)
try("read", p, 0)
try("write", p, 0, writes: true)
println("mprotect 4 pages: {errname(mprotect(p + 4 * PAGE_SIZE, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE))}")
println("touch 4: minflt={touch(p + 4 * PAGE_SIZE, 4)}")
try("page 3", p, 3)
try("page 8", p, 8)
println("mprotect unmapped: {errname(mprotect(0x10000 as *byte, PAGE_SIZE, PROT_READ))}")
println("mprotect unaligned: {errname(mprotect(p + 1, PAGE_SIZE, PROT_READ))}")
try("PROT_WRITE implies read on x86", mmap(PAGE_SIZE, prot: PROT_WRITE), 0)
try("PROT_EXEC only: read", mmap(PAGE_SIZE, prot: PROT_EXEC), 0)
