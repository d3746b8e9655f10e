# Address space that is only reserved: rights come page by page; on x86 the right to write or execute is one to read.
# Left out: "read: SIGSEGV …", "write: …", "page 3: …", "page 8: …" (need signal handlers; that they fail is asserted).

# The signal that ends a child which reads or writes here; 0 if none does.
fn signal_of(p: *byte, writes: bool) -> int {
    let child = fork()
    if child == 0 {
        if writes {
            *p = 1
        }
        exit(*p * 0)
    }
    let status = 0
    waitpid(child, &status)
    return WTERMSIG(status)
}

fn ok(p: *byte) -> str {
    if signal_of(p, false) == 0 {
        return "ok"
    }
    return "SIGSEGV"
}

fn touch(p: *byte, n: int) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = 1
    }
    return faults() - before
}

touch(mmap(PAGE_SIZE), 1)
let p = mmap(16 * PAGE_SIZE, prot: PROT_NONE)
assert signal_of(p, false) == SIGSEGV
assert signal_of(p, true) == SIGSEGV
println("mprotect 4 pages: {errname(mprotect(p + 4 * PAGE_SIZE, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE))}")
println("touch 4: minflt={touch(p + 4 * PAGE_SIZE, 4)}")
assert signal_of(p + 3 * PAGE_SIZE, false) == SIGSEGV
assert signal_of(p + 8 * PAGE_SIZE, false) == SIGSEGV
println("mprotect unmapped: {errname(mprotect(0x10000 as *byte, PAGE_SIZE, PROT_READ))}")
println("mprotect unaligned: {errname(mprotect(p + 1, PAGE_SIZE, PROT_READ))}")
println("PROT_WRITE implies read on x86: {ok(mmap(PAGE_SIZE, prot: PROT_WRITE))}")
println("PROT_EXEC only: read: {ok(mmap(PAGE_SIZE, prot: PROT_EXEC))}")
