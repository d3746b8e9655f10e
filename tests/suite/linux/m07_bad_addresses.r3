# Which addresses are bad in which way: nothing there, no right, no address at all.
let caught = 0
let code = 0
let place = 0

fn on_fault(sig: int, info: *Siginfo, context: *SigContext) {
    caught = sig
    code = info.si_code
    place = si_addr(info)
    context.pc += 8
}

fn told(name: str, base: int) {
    println("{name}: {signame(caught)} code={code} addr=+{place - base}")
    caught = 0
}

fn read_at(name: str, address: int, base: int) {
    let _seen = *(address as *byte)
    told(name, base)
}

fn nothing() {}

# Calls what stands at an address.
fn jump(name: str, address: int, base: int) {
    let f = nothing
    *(&f as *int) = address
    f()
    told(name, base)
}

fn write_at(name: str, address: int) {
    *(address as *byte) = 1
    told(name, address)
}

handle_info(SIGSEGV, on_fault)
read_at("read NULL", 0, 0)
read_at("read 4095", 4095, 0)
read_at("read 65535", 65535, 0)
let kernel = 0xffffffff81000000 as uint as int
read_at("read kernel 0xffffffff81000000", kernel, kernel)
read_at("read non-canonical 0x0000800000000000", 0x0000800000000000, 0)
read_at("read non-canonical 0x8000000000000000", 0x8000000000000000 as uint as int, 0)
read_at("read last user page 0x7ffffffff000", 0x7ffffffff000, 0x7ffffffff000)
jump("jump to 0x10", 0x10, 0)
let page = mmap(PAGE_SIZE)
page[0] = 0xc3
jump("execute data page", page as int, page as int)
write_at("write text", nothing as int)
write_at("write rodata", address("const") as int)
