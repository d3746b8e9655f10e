# What a child of fork gets of a large page that madvise was told of: of all of it, and of its first or second half, which splits
# it. Where it gets zeros it may have a large page again: one of zeros for a read, one of its own for a write.
use procfs

const HUGE = 2097152

fn number(path: str, name: str) -> int {
    let buf: [byte; 4096]
    let n = must(read_file(path, buf))
    return number_of(str(buf[..n]), name)
}

fn huge() -> int {
    return number("/proc/self/smaps_rollup", "AnonHugePages")
}

fn splits() -> int {
    return number("/proc/vmstat", "thp_split_pmd")
}

# Maps 2 MiB from a multiple of that on, and touches them.
fn area() -> *byte {
    let p = mmap(2 * HUGE)
    let q = ((p as int + HUGE - 1) / HUGE * HUGE) as *byte
    munmap(p, q as int - p as int)
    munmap(q + HUGE, p as int + HUGE - q as int)
    madvise(q, HUGE, MADV_HUGEPAGE)
    memset(q, 7, HUGE)
    return q
}

fn child(what: str, p: *byte) {
    let before = splits()
    if fork() == 0 {
        let first = huge()
        let f0 = faults()
        let x = p[0]
        let f1 = faults()
        let y = p[HUGE - PAGE_SIZE]
        let f2 = faults()
        let second = huge()
        let f3 = faults()
        p[0] = 9
        let f4 = faults()
        println("{what}: reads {x} ({f1 - f0} faults) and {y} ({f2 - f1} faults), huge {first} then {second} kB; a write {f4 - f3} faults, huge {huge()} kB")
        exit(0)
    }
    let status = 0
    wait(&status)
    if WIFSIGNALED(status) {
        println("{what}: {signame(WTERMSIG(status))}")
    }
    println("  parent: huge {huge()} kB, {splits() - before} splits, reads {p[0]} {p[HUGE - PAGE_SIZE]}")
    let f = faults()
    p[0] = 8
    println("  parent writes: {faults() - f} faults, huge {huge()} kB")
}

let _warm = huge() + splits()
let p = area()
must(madvise(p, HUGE, MADV_WIPEONFORK))
child("WIPEONFORK on all", p)
munmap(p, HUGE)

p = area()
must(madvise(p, HUGE, MADV_DONTFORK))
child("DONTFORK on all", p)
munmap(p, HUGE)

p = area()
child("neither", p)
munmap(p, HUGE)

p = area()
let before = splits()
must(madvise(p, HUGE / 2, MADV_WIPEONFORK))
println("WIPEONFORK on half: {splits() - before} splits, huge {huge()} kB")
child("half wiped", p)
munmap(p, HUGE)

p = area()
before = splits()
must(madvise(p + HUGE / 2, HUGE / 2, MADV_DONTFORK))
println("DONTFORK on half: {splits() - before} splits, huge {huge()} kB")
child("half not forked", p)
munmap(p, HUGE)

p = area()
must(madvise(p, HUGE, MADV_WIPEONFORK))
must(madvise(p, HUGE, MADV_KEEPONFORK))
child("taken back", p)
