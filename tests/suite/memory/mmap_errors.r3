# What mmap refuses, and with which errno.
fn attempt(what: str, p: *byte) {
    let answer = "an address"
    if failed(p) {
        answer = errname(p as int)
    }
    println("{what}: {answer}")
}

let read_only = must(open("/tmp/f", O_RDONLY | O_CREAT))
let write_only = must(open("/tmp/f", O_WRONLY))
let here = mmap(PAGE_SIZE)
attempt("no length", mmap(0))
attempt("neither private nor shared", mmap(PAGE_SIZE, flags: MAP_ANONYMOUS))
attempt("odd offset", mmap(PAGE_SIZE, flags: MAP_PRIVATE, fd: read_only, offset: 1))
attempt("bad descriptor", mmap(PAGE_SIZE, flags: MAP_PRIVATE, fd: 99))
attempt("shared and writable of a read-only file", mmap(PAGE_SIZE, flags: MAP_SHARED, fd: read_only))
attempt("private of a read-only file", mmap(PAGE_SIZE, flags: MAP_PRIVATE, fd: read_only))
attempt("of a write-only file", mmap(PAGE_SIZE, flags: MAP_PRIVATE, fd: write_only))
attempt("odd fixed address", mmap(PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: here + 1))
attempt("what is taken", mmap(PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, addr: here))
attempt(
    "behind the end of user memory",
    mmap(PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, addr: (1 << 50) as *byte),
)
attempt("more than there is room for", mmap(1 << 47))
attempt("a directory", mmap(PAGE_SIZE, prot: PROT_READ, flags: MAP_PRIVATE, fd: open("/tmp")))
