# MADV_DONTNEED: private pages are zeros at the next touch, shared ones keep their data until MADV_REMOVE takes it.

fn write_pages(p: *byte, n: int, value: byte) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = value
    }
    return faults() - before
}

fn sum(p: *byte, n: int) -> int {
    let s = 0
    for i in 0..n {
        s += p[i * PAGE_SIZE]
    }
    return s
}

fn read_pages(p: *byte, n: int) -> int {
    let before = faults()
    sum(p, n)
    return faults() - before
}

let warm = mmap(PAGE_SIZE)
write_pages(warm, 1, 1)
read_pages(warm, 1)

let p = mmap(8 * PAGE_SIZE)
println("touch: minflt={write_pages(p, 8, 1)}")
println("DONTNEED 4: {errname(madvise(p, 4 * PAGE_SIZE, MADV_DONTNEED))}")
println("re-read 8: minflt={read_pages(p, 8)}")
println("sum {sum(p, 8)}")
println("write 4: minflt={write_pages(p, 4, 2)}")

let s = mmap(4 * PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)
write_pages(s, 4, 1)
madvise(s, 4 * PAGE_SIZE, MADV_DONTNEED)
println("shared after DONTNEED keeps data: sum {sum(s, 4)}")
madvise(s, 4 * PAGE_SIZE, MADV_REMOVE)
println("shared after REMOVE: sum {sum(s, 4)}")
println("DONTNEED unmapped: {errname(madvise(0x10000 as *byte, PAGE_SIZE, MADV_DONTNEED))}")
