# User code that touches the kernel's half finds pages that are present: error code 5, 7 for a write, SEGV_MAPERR always.
const DIRECT_MAP = 0xffff_8880_0000_0000
const KERNEL_TEXT = 0xffff_ffff_8100_0000
const HOLE = 0xffff_c900_0000_0000

fn touch(address: uint, write: bool) {
    let child = fork()
    if child == 0 {
        if write { *(address as *byte) = 1 } else { println("{*(address as *byte)}") }
        exit(0)
    }
    let status = 0
    waitpid(child, &status)
    println("{address:x}: signal {WTERMSIG(status)}")
}

touch(DIRECT_MAP as uint, false)
touch(DIRECT_MAP as uint, true)
touch(KERNEL_TEXT as uint, false)
touch(HOLE as uint, false)
println("as a buffer: {errname(syscall(SYS_write, 1, KERNEL_TEXT, 4))}")
