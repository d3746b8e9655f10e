# Areas that touch and are alike are one; rights, locks and advice part them, and they merge when they are alike again.

const N = 12

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

fn map_at(at: int, n: int, prot: int) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
    let _r = mmap(n * PAGE_SIZE, prot: prot, flags: flags, addr: p + at * PAGE_SIZE)
}

fn protect(at: int, n: int, prot: int) {
    mprotect(p + at * PAGE_SIZE, n * PAGE_SIZE, prot)
}

fn show_areas(what: str) {
    print("{what}: ")
    areas(p)
}

# Free pages between two that are taken, so that no neighbour merges with them.
fn island() -> *byte {
    let room = mmap((N + 2) * PAGE_SIZE, prot: PROT_NONE)
    munmap(room + PAGE_SIZE, N * PAGE_SIZE)
    return room + PAGE_SIZE
}

const RW = PROT_READ | PROT_WRITE

let p = island()
map_at(0, 4, RW)
show_areas("one")
map_at(4, 4, RW)
show_areas("adjacent same prot")
map_at(8, 4, PROT_READ)
show_areas("adjacent other prot")
protect(8, 4, RW)
show_areas("mprotect to the same")
protect(4, 4, PROT_READ)
show_areas("split by mprotect")
protect(4, 4, RW)
show_areas("merged back")
munmap(p + 5 * PAGE_SIZE, 2 * PAGE_SIZE)
show_areas("hole")
map_at(5, 2, RW)
show_areas("filled")
mlock(p + 2 * PAGE_SIZE, PAGE_SIZE)
show_areas("mlock splits")
munlock(p + 2 * PAGE_SIZE, PAGE_SIZE)
show_areas("munlock merges")
madvise(p + 6 * PAGE_SIZE, PAGE_SIZE, MADV_DONTFORK)
show_areas("DONTFORK splits")
