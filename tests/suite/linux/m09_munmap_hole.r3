# munmap leaves a hole that can be unmapped again and filled again.
# Left out: "read 2: ok", "read 3: SIGSEGV …" to "read 5: ok" (need signal handlers; which reads fail is asserted).

const N = 8

# Prints the areas of /proc/self/maps that touch the N pages at p, in pages from p on.
fn areas(p: *byte) {
    let r = Reader(fd: must(open("/proc/self/maps")))
    let line = ""
    while read_line(&r, &line) {
        let dash = index_of(line, '-')
        let start = (hex(line[0..dash]) - p as int) / PAGE_SIZE
        let end = (hex(line[dash + 1..index_of(line, ' ')]) - p as int) / PAGE_SIZE
        if start < N && end > 0 {
            let rights = line[index_of(line, ' ') + 1..]
            print("[{start}-{end} {rights[0..4]}]")
        }
    }
    println("")
    close(r.fd)
}

fn hex(digits: str) -> int {
    let n = 0
    for c in digits {
        let digit = c - '0'
        if c >= 'a' {
            digit = c - 'a' + 10
        }
        n = n * 16 + digit
    }
    return n
}

fn reads(p: *byte) -> bool {
    let child = fork()
    if child == 0 {
        assert *p == 1
        exit(0)
    }
    let status = 0
    waitpid(child, &status)
    return status == 0
}

# Free pages between two that are taken, so that no neighbour merges with them.
fn island() -> *byte {
    let room = mmap((N + 2) * PAGE_SIZE, prot: PROT_NONE)
    munmap(room + PAGE_SIZE, N * PAGE_SIZE)
    return mmap(N * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: room + PAGE_SIZE)
}

let p = island()
for i in 0..N {
    p[i * PAGE_SIZE] = 1
}
areas(p)
println("munmap 3..5: {errname(munmap(p + 3 * PAGE_SIZE, 2 * PAGE_SIZE))}")
areas(p)
for i in 2..6 {
    assert reads(p + i * PAGE_SIZE) == (i == 2 || i == 5)
}
println("munmap again: {errname(munmap(p + 3 * PAGE_SIZE, 2 * PAGE_SIZE))}")
println("munmap unaligned: {errname(munmap(p + 1, PAGE_SIZE))}")
println("munmap len 0: {errname(munmap(p, 0))}")
println("munmap across hole: {errname(munmap(p, N * PAGE_SIZE))}")
areas(p)
let sum = 0
let again = mmap(N * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: p)
for i in 0..N {
    sum += again[i * PAGE_SIZE]
}
println("fresh mapping reads zero: {sum}")
