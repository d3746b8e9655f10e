# What a child of fork gets of areas that madvise was told of: MADV_DONTFORK nothing, MADV_WIPEONFORK zeros, for ever.
fn child_reads(p: *byte) -> str {
    let child = fork()
    if child == 0 {
        exit(p[0])
    }
    let status = 0
    waitpid(child, &status)
    if WIFSIGNALED(status) {
        return signame(WTERMSIG(status))
    }
    if WEXITSTATUS(status) == 0 {
        return "zeros"
    }
    return "its bytes"
}

let p = mmap(3 * PAGE_SIZE)
for i in 0..3 {
    p[i * PAGE_SIZE] = 7
}
must(madvise(p, PAGE_SIZE, MADV_DONTFORK))
must(madvise(p + PAGE_SIZE, PAGE_SIZE, MADV_WIPEONFORK))
println("DONTFORK {child_reads(p)}, WIPEONFORK {child_reads(p + PAGE_SIZE)}, neither {child_reads(p + 2 * PAGE_SIZE)}")
println("the parent: {p[0]} {p[PAGE_SIZE]} {p[2 * PAGE_SIZE]}")
if fork() == 0 {
    p[PAGE_SIZE] = 8
    println("a grandchild: {child_reads(p + PAGE_SIZE)}")
    must(madvise(p + PAGE_SIZE, PAGE_SIZE, MADV_KEEPONFORK))
    println("with KEEPONFORK: {child_reads(p + PAGE_SIZE)}")
    println("what is not there: {errname(madvise(p, PAGE_SIZE, MADV_DOFORK))}")
    exit(0)
}
wait()
must(madvise(p, 2 * PAGE_SIZE, MADV_DOFORK))
must(madvise(p, 2 * PAGE_SIZE, MADV_KEEPONFORK))
println("taken back: {child_reads(p)}, {child_reads(p + PAGE_SIZE)}")
