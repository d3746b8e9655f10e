# Reading private memory maps the page of zeros that all share; writing it afterwards faults again.
# Left out: "same frame: … zero_page_flag: …", twice (needs /proc/PID/pagemap).

const N = 16

fn touch(p: *byte, n: int, value: byte) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = value
    }
    return faults() - before
}

fn look(p: *byte, n: int, sum: *int) -> int {
    let before = faults()
    for i in 0..n {
        *sum += p[i * PAGE_SIZE]
    }
    return faults() - before
}

# Afterwards code, stack and globals are resident: nothing but what is measured faults.
fn warm() {
    let p = mmap(2 * PAGE_SIZE)
    let sum = 0
    touch(p, 1, 1)
    look(p, 2, &sum)
    munmap(p, 2 * PAGE_SIZE)
}

let sum = 0
warm()
let p = mmap(N * PAGE_SIZE)
let n = look(p, N, &sum)
println("read 16: minflt={n} sum={sum}")
println("read again: minflt={look(p, N, &sum)}")
println("write 16: minflt={touch(p, N, 7)}")
println("write again: minflt={touch(p, N, 7)}")
