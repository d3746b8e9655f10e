# How a program that found itself wrong ends: a line on descriptor 2, then SIGABRT.

# abort(3): raises SIGABRT; should the signal be ignored or handled, exits with 127.
fn abort() {
    syscall(SYS_tgkill, getpid(), gettid(), SIGABRT)
    exit(127)
}

# What a failed `assert` says first; the compiler adds the operands, the reason and the abort.
fn assert_failed(condition: str) {
    eprintln("assertion failed: {condition}")
}

# An index outside its array, slice or str.
fn panic_index(index: int, length: int) {
    eprintln("index {index} is out of range for length {length}")
    abort()
}

# A range outside its array, slice or str.
fn panic_slice(from: int, to: int, length: int) {
    eprintln("range {from}..{to} is out of range for length {length}")
    abort()
}
