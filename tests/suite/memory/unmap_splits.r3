# munmap of a middle part leaves two areas; what is gone is gone for reads and writes, and can be mapped again.
fn works(p: *byte) -> bool {
    let child = fork()
    if child == 0 {
        p[0] = p[0] + 1
        exit(0)
    }
    let status = 0
    waitpid(child, &status)
    assert WIFEXITED(status) || WTERMSIG(status) == SIGSEGV
    return WIFEXITED(status)
}

fn show(p: *byte) {
    for i in 0..5 {
        print(" {works(p + i * PAGE_SIZE)}")
    }
    println("")
}

let p = mmap(5 * PAGE_SIZE)
show(p)
println("{errname(munmap(p + PAGE_SIZE, 2 * PAGE_SIZE))}, again: {errname(munmap(p + PAGE_SIZE, 2 * PAGE_SIZE))}")
show(p)
println("{errname(mprotect(p, PAGE_SIZE, PROT_READ))}, over a hole: {errname(mprotect(p, 2 * PAGE_SIZE, PROT_READ))}")
show(p)
let again = mmap(PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p + PAGE_SIZE)
assert again == p + PAGE_SIZE
show(p)
println("unaligned: {errname(munmap(p + 1, PAGE_SIZE))}, nothing: {errname(munmap(p, 0))}")
