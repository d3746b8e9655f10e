# Each first touch of private memory is one minor fault; MAP_POPULATE takes them beforehand.

const N = 64

fn touch(p: *byte, from: int, n: int, value: byte) -> int {
    let before = faults()
    for i in from..from + n {
        p[i * PAGE_SIZE] = value
    }
    return faults() - before
}

# Afterwards code, stack and globals are resident: nothing but what is measured faults.
fn warm() {
    let p = mmap(3 * PAGE_SIZE)
    touch(p, 0, 1, 1)
    munmap(p, 3 * PAGE_SIZE)
}

warm()
let p = mmap(N * PAGE_SIZE)
println("mmap only: minflt={touch(p, 0, 0, 1)}")
println("write 1: minflt={touch(p, 0, 1, 1)}")
println("write 16 more: minflt={touch(p, 1, 16, 1)}")
println("write same 17: minflt={touch(p, 0, 17, 2)}")
println("write remaining 47: minflt={touch(p, 17, 47, 1)}")
munmap(p, N * PAGE_SIZE)
p = mmap(N * PAGE_SIZE, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE)
println("after MAP_POPULATE write 64: minflt={touch(p, 0, N, 1)}")
