# munmap leaves a hole that can be unmapped again and filled again.

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

# Free pages between two that are taken, so that no neighbour merges with them.
fn island() -> *byte {
    let room = mmap((N + 2) * PAGE_SIZE, prot: PROT_NONE)
    munmap(room + PAGE_SIZE, N * PAGE_SIZE)
    return mmap(N * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: room + PAGE_SIZE)
}

handle_info(SIGSEGV, on_fault)
let p = island()
for i in 0..N {
    p[i * PAGE_SIZE] = 1
}
areas(p)
println("munmap 3..5: {errname(munmap(p + 3 * PAGE_SIZE, 2 * PAGE_SIZE))}")
areas(p)
for i in 2..6 {
    let name: [byte; 16]
    let length = format(name, "read {i}")
    try(name[0..length] as str, p, i)
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
