# Where several things are wrong, or seldom asked for: which errno is told.
let file = must(open("/var/f", O_RDWR | O_CREAT))
let zero = must(open("/dev/zero", O_RDWR))
let root = must(open("/"))
let fds: [int; 2]
pipe(&fds)
let here = mmap(4 * PAGE_SIZE, prot: PROT_EXEC)
let base = here as int
let rw = PROT_READ | PROT_WRITE
let anon = MAP_PRIVATE | MAP_ANONYMOUS
let validate = MAP_SHARED_VALIDATE
let page = PAGE_SIZE

fn attempt(what: str, r: int) {
    let answer = "ok"
    if r < 0 {
        answer = errname(r)
    }
    println("{what}: {answer}")
}

# The offset of memory without a file means nothing, however large it is; but it is whole pages.
let far = -page
attempt("anonymous, far offset", syscall(SYS_mmap, 0, page, rw, anon, -1, far))
attempt("anonymous, odd offset", syscall(SYS_mmap, 0, page, rw, anon, -1, far + 1))
attempt("a file, far offset", syscall(SYS_mmap, 0, page, PROT_READ, MAP_PRIVATE, file, far))
attempt("anonymous of type 3, far offset", syscall(SYS_mmap, 0, page, rw, MAP_ANONYMOUS | validate, -1, far))

# A pipe can not be mapped, and less than that executed.
attempt("a pipe to read", syscall(SYS_mmap, 0, page, PROT_READ, MAP_PRIVATE, fds[0], 0))
attempt("a pipe to execute", syscall(SYS_mmap, 0, page, PROT_EXEC, MAP_PRIVATE, fds[0], 0))

# MAP_SHARED_VALIDATE knows all old flags and no new one.
attempt("validated", syscall(SYS_mmap, 0, page, PROT_READ, validate, file, 0))
attempt("validated, denywrite", syscall(SYS_mmap, 0, page, PROT_READ, validate | 0x800, file, 0))
let no_replace = validate | MAP_FIXED_NOREPLACE
attempt("validated, not replacing", syscall(SYS_mmap, base + 8 * page, page, PROT_READ, no_replace, file, 0))
attempt("validated, a directory", syscall(SYS_mmap, 0, page, PROT_READ, validate, root, 0))

# Huge pages.
attempt("huge", syscall(SYS_mmap, 0, page, rw, anon | MAP_HUGETLB, -1, 0))
attempt("huge, at an odd place", syscall(SYS_mmap, 0x1000_1000, page, rw, anon | MAP_HUGETLB | MAP_FIXED, -1, 0))
attempt("huge, of a file", syscall(SYS_mmap, 0, page, PROT_READ, MAP_PRIVATE | MAP_HUGETLB, file, 0))

# What grows upwards: no area does, but first of all there must be one.
let up = 0x200_0000
attempt("mprotect upwards", syscall(SYS_mprotect, base, page, PROT_READ | up))
attempt("mprotect upwards of nothing", syscall(SYS_mprotect, page, page, PROT_READ | up))
attempt("mprotect both ways", syscall(SYS_mprotect, page, page, PROT_READ | up | 0x100_0000))

# Populating by reads needs the right to read; the first page that can not be populated tells why.
attempt("populate what may be executed", syscall(SYS_madvise, base, 8 * page, MADV_POPULATE_READ))

# A mapping that shrinks or keeps its length on its way may be given with more pages than it has.
let to = must(syscall(SYS_mmap, 0, page, rw, anon, -1, 0))
let fixed = MREMAP_MAYMOVE | MREMAP_FIXED
attempt("mremap, too long, to shorter", syscall(SYS_mremap, base, 5 * page, page, fixed, to))
let areas = must(syscall(SYS_mmap, 0, 4 * page, rw, anon, -1, 0))
attempt("mremap, too long, to as long", syscall(SYS_mremap, areas, 8 * page, 8 * page, fixed, 1 << 40))
attempt("mremap, too long, to longer", syscall(SYS_mremap, 1 << 40, 8 * page, 9 * page, fixed, to))
# An old length that reaches around the end of all addresses overlaps with nothing above it.
attempt("mremap, endless, of nothing", syscall(SYS_mremap, page, -page, page, fixed, to))
attempt("mremap, endless, of an area", syscall(SYS_mremap, 1 << 40, -page, page, fixed, 1 << 41))
attempt("mremap, onto itself", syscall(SYS_mremap, to, 2 * page, page, fixed, to + page))

# /dev/zero, shared: an object as long as the area, mapped from where the offset says.
let shared = must(syscall(SYS_mmap, 0, 2 * page, rw, MAP_SHARED, zero, page)) as *byte
shared[0] = 1
if fork() == 0 {
    shared[page] = 1
}
let status = 0
wait(&status)
println("behind its end: signal {WTERMSIG(status)}")
