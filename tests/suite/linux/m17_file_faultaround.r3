# Pages of a file that are in the page cache: a read maps those around it too, sixteen at a time; a write maps one.

const N = 64

fn write_pages(p: *byte) -> int {
    let before = faults()
    for i in 0..N {
        p[i * PAGE_SIZE] = 1
    }
    return faults() - before
}

fn read_pages(p: *byte) -> int {
    let before = faults()
    let s = 0
    for i in 0..N {
        s += p[i * PAGE_SIZE]
    }
    return faults() - before
}

# A place for N pages at a multiple of 16 pages, where the windows of fault-around begin.
fn aligned() -> *byte {
    let p = mmap((N + 16) * PAGE_SIZE, prot: PROT_NONE)
    munmap(p, (N + 16) * PAGE_SIZE)
    let window = 16 * PAGE_SIZE
    return ((p as int + window - 1) / window * window) as *byte
}

fn map(prot: int, flags: int, addr: *byte = nil) -> *byte {
    let p = mmap(N * PAGE_SIZE, prot: prot, flags: flags, fd: fd, addr: addr)
    assert !failed(p)
    return p
}

let fd = must(open("m17.tmp", O_RDWR | O_CREAT | O_TRUNC))
let page: [byte; 4096]
memset(&page[0], 'A', PAGE_SIZE)
for _ in 0..N {
    write(fd, page)
}
let place = aligned()
let a = map(PROT_READ, MAP_SHARED | MAP_FIXED, place)
println("read 64 page-cache pages: minflt={read_pages(a)}")
munmap(a, N * PAGE_SIZE)
a = map(PROT_READ, MAP_SHARED | MAP_FIXED, place)
madvise(a, N * PAGE_SIZE, MADV_RANDOM)
println("with MADV_RANDOM: minflt={read_pages(a)}")
munmap(a, N * PAGE_SIZE)
a = map(PROT_READ | PROT_WRITE, MAP_PRIVATE)
println("private write 64 directly: minflt={write_pages(a)}")
munmap(a, N * PAGE_SIZE)
a = map(PROT_READ | PROT_WRITE, MAP_SHARED)
println("shared write 64: minflt={write_pages(a)}")
munmap(a, N * PAGE_SIZE)
a = map(PROT_READ, MAP_SHARED | MAP_POPULATE)
println("populated read 64: minflt={read_pages(a)}")
unlink("m17.tmp")
