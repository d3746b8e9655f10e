# mprotect takes rights away page by page; what is not allowed is SIGSEGV with SEGV_ACCERR, and the bytes stay.
let caught = 0
let code = 0
let place = 0

fn on_fault(sig: int, info: *Siginfo, context: *SigContext) {
    caught = sig
    code = info.si_code
    place = si_addr(info)
    context.pc += 8
}

fn told(name: str, base: *byte) {
    if caught == 0 {
        println("{name}: ok")
    } else {
        println("{name}: {signame(caught)} code={code} addr=+{place - base as int}")
    }
    caught = 0
}

fn write_page(name: str, base: *byte, page: int, value: byte) {
    base[page * PAGE_SIZE] = value
    told(name, base)
}

fn read_page(name: str, base: *byte, page: int) {
    let _seen = base[page * PAGE_SIZE]
    told(name, base)
}

let p = mmap(3 * PAGE_SIZE)
for i in 0..3 {
    p[i * PAGE_SIZE] = 1
}
handle_info(SIGSEGV, on_fault)
mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_READ)
write_page("write p0", p, 0, 2)
read_page("read p1", p, 1)
write_page("write p1", p, 1, 2)
write_page("write p2", p, 2, 2)
mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_NONE)
read_page("read p1 PROT_NONE", p, 1)
mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE)
write_page("write p1 again", p, 1, 2)
println("value kept {p[0] as int + p[PAGE_SIZE] + p[2 * PAGE_SIZE]}")
signal(SIGSEGV, SIG_DFL)
mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_READ)
if fork() == 0 {
    p[PAGE_SIZE] = 9
    exit(0)
}
let status = 0
wait(&status)
println("child signaled {signame(WTERMSIG(status))[3..]}({WTERMSIG(status)})")
