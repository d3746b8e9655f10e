# What the rights of pages allow, and what a fault does: read-only, nothing at all, and back.
fn end_of(p: *byte, writes: bool) -> str {
    let child = fork()
    if child == 0 {
        if writes {
            *p = 1
        } else {
            assert *p == *p
        }
        exit(0)
    }
    let status = 0
    waitpid(child, &status)
    if WIFEXITED(status) {
        return "fine"
    }
    return signame(WTERMSIG(status))
}

let p = mmap(PAGE_SIZE)
for prot in [PROT_READ | PROT_WRITE, PROT_READ, PROT_NONE, PROT_WRITE, PROT_READ | PROT_WRITE] {
    assert mprotect(p, PAGE_SIZE, prot) == 0
    println("prot {prot}: read {end_of(p, false)}, write {end_of(p, true)}")
}
println("unaligned: {errname(mprotect(p + 1, PAGE_SIZE, PROT_READ))}")
println("bad bits: {errname(mprotect(p, PAGE_SIZE, 0x100))}")
