# What an area was promised tells it apart: areas merge only if both count in what memory is promised, or neither does.

const N = 12
const RW = PROT_READ | PROT_WRITE

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

fn map_at(at: int, n: int, prot: int, more: int = 0) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | more
    let _r = mmap(n * PAGE_SIZE, prot: prot, flags: flags, addr: p + at * PAGE_SIZE)
}

fn protect(at: int, n: int, prot: int) {
    mprotect(p + at * PAGE_SIZE, n * PAGE_SIZE, prot)
}

fn show_areas(what: str) {
    print("{what}: ")
    areas(p)
}

let p = mmap((N + 2) * PAGE_SIZE, prot: PROT_NONE) + PAGE_SIZE
munmap(p, N * PAGE_SIZE)
map_at(0, 4, RW)
map_at(4, 4, PROT_READ)
show_areas("alike but for rights")
protect(0, 4, PROT_READ)
show_areas("never written, now only read")
protect(0, 8, RW)
show_areas("all written")
for i in 0..8 {
    p[i * PAGE_SIZE] = 1
}
protect(0, 4, PROT_READ)
show_areas("now really, and four only read")
map_at(8, 4, PROT_READ)
protect(4, 4, PROT_READ)
show_areas("and beside them")
protect(0, 12, RW)
show_areas("all again")
map_at(4, 4, RW, MAP_NORESERVE)
show_areas("without a reserve")
protect(4, 4, PROT_READ)
protect(4, 4, RW)
show_areas("and back")
munmap(p, 12 * PAGE_SIZE)
map_at(0, 4, RW)
let _zero = p[0]
protect(0, 2, PROT_READ)
map_at(2, 2, PROT_READ)
show_areas("zeros only read")
munmap(p, 12 * PAGE_SIZE)
map_at(0, 6, RW)
p[0] = 1
protect(2, 2, PROT_READ)
map_at(4, 2, PROT_READ)
show_areas("an area of which one page was written")
