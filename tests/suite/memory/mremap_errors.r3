# What mremap refuses, and with which errno.
fn attempt(what: str, p: *byte) {
    let answer = "OK"
    if failed(p) {
        answer = errname(p as int)
    }
    println("{what}: {answer}")
}

const P = PAGE_SIZE
const MOVE = MREMAP_MAYMOVE
let p = mmap(16 * P)
munmap(p + 8 * P, 8 * P)
let far = mmap(32 * P, prot: PROT_NONE)
munmap(far, P)
let hole = far
far += P
attempt("no such flag", mremap(p, P, P, 8))
attempt("a flag above 32 bits", mremap(p, P, P, 1 << 32))
attempt("odd address", mremap(p + 1, P, P))
attempt("to nothing", mremap(p, P, 0))
attempt("to nothing, from an odd address", mremap(p + 1, P, 0))
attempt("larger than all memory", mremap(p, P, 1 << 47, MOVE))
attempt("a length that wraps", mremap(p, P, -1, MOVE))
attempt("a private area once more", mremap(p, 0, P, MOVE))
attempt("where nothing is", mremap(hole, P, 2 * P, MOVE))
attempt("where nothing is, to the same size", mremap(hole, P, P))
attempt("beyond the end of the area", mremap(p, 9 * P, 10 * P, MOVE))
attempt("beyond the end of the area, to the same size", mremap(p, 9 * P, 9 * P))
attempt("beyond the end of the area, to less", mremap(p, 9 * P, 8 * P))
attempt("fixed without the right to move", mremap(p, P, P, MREMAP_FIXED, far))
attempt("to an odd place", mremap(p, P, P, MOVE | MREMAP_FIXED, far + 1))
attempt("to a place that overlaps", mremap(p, 2 * P, 2 * P, MOVE | MREMAP_FIXED, p + P))
attempt("behind the end of user memory", mremap(p, 2 * P, 2 * P, MOVE | MREMAP_FIXED, 0x7fffffffe000 as *byte))
attempt("keeping the old place, without the right to move", mremap(p, P, P, MREMAP_DONTUNMAP))
attempt("keeping the old place, to another size", mremap(p, P, 2 * P, MOVE | MREMAP_DONTUNMAP))
mprotect(p + 4 * P, P, PROT_READ)
attempt("two areas, to grow", mremap(p, 8 * P, 9 * P, MOVE))
attempt("two areas, keeping them", mremap(p, 8 * P, 8 * P, MOVE | MREMAP_DONTUNMAP))
attempt("two areas, to a place", mremap(p, 8 * P, 8 * P, MOVE | MREMAP_FIXED, far))
attempt("what was moved away", mremap(p, P, P))
attempt("a range that begins in a hole", mremap(hole, 2 * P, 2 * P, MOVE | MREMAP_FIXED, far + 12 * P))
let shared = mmap(P, flags: MAP_SHARED | MAP_ANONYMOUS)
attempt("a shared area once more, without the right to move", mremap(shared, 0, P))
attempt("a shared area once more", mremap(shared, 0, P, MOVE))
