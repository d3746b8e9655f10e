# What runs the lines of a session, one after the other, in this one process: a dynamic loader in small.
#
# Each line is compiled to an image of its own, which is put at /run/session/NUMBER. A signal says that it is there. The
# loader maps it where its header says, as ld.so maps a library, and calls its first function. Lines are numbered from 1.

# How an image begins: see `Header` in abi/image.rs.
struct Header {
    magic: uint
    entry: fn()
    text_bytes: int
    rodata_bytes: int
    data_bytes: int
    bss_bytes: int
    base: int
}

const TEXT_OFFSET = PAGE_SIZE
const FIXED = MAP_PRIVATE | MAP_FIXED_NOREPLACE | MAP_POPULATE

fn pages_up(n: int) -> int {
    return (n + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE
}

# Maps `len` bytes of the file at `offset`, or nothing if there are none.
fn map_part(fd: int, offset: int, len: int, prot: int, addr: int) {
    if len > 0 && failed(mmap(pages_up(len), prot, FIXED, fd, offset, addr as *byte)) {
        eprintln("the line has no room at {addr:x}")
        abort()
    }
}

# Maps the image of a line; answers its first function.
fn load(number: int) -> fn() {
    let path: [byte; 32]
    let n = format(path[0..], "/run/session/{number}")
    let fd = must(open(str(path[0..n])))
    let header: Header
    if read(fd, (&header as *byte)[0..sizeof(Header)]) != sizeof(Header) {
        eprintln("line {number} has no header")
        abort()
    }
    let rodata = pages_up(header.text_bytes)
    let data = rodata + pages_up(header.rodata_bytes)
    map_part(fd, TEXT_OFFSET, header.text_bytes, PROT_READ | PROT_EXEC, header.base)
    map_part(fd, TEXT_OFFSET + rodata, header.rodata_bytes, PROT_READ, header.base + rodata)
    map_part(fd, TEXT_OFFSET + data, header.data_bytes, PROT_READ | PROT_WRITE, header.base + data)
    close(fd)
    let bss = pages_up(header.data_bytes + header.bss_bytes) - pages_up(header.data_bytes)
    if bss > 0 {
        let addr = (header.base + data + pages_up(header.data_bytes)) as *byte
        must(mmap(bss, flags: FIXED_ZERO, addr: addr) as int)
    }
    return header.entry
}

const FIXED_ZERO = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE

let first_process = getpid()
let number = 0
sigprocmask(SIG_BLOCK, sigmask(SIGRTMAX))
loop {
    if sigwaitinfo(sigmask(SIGRTMAX)) == SIGRTMAX {
        number += 1
        let run = load(number)
        mark("the line begins")
        run()
        mark("the line has ended")
        # What forked in the line ends with it.
        if getpid() != first_process {
            exit(0)
        }
    }
}
