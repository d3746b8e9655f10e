# MADV_FREE: a page goes when memory is short, without a look at the swap device, unless it was written before.
machine { frames = 24, swap = 64, swap_device = zram, replacement = two_list }

const N = 8

fn sum(p: *byte) -> int {
    let s = 0
    for i in 0..N {
        s += p[i * PAGE_SIZE]
    }
    return s
}

fn squeeze() {
    let other = mmap(40 * PAGE_SIZE)
    for i in 0..40 {
        other[i * PAGE_SIZE] = 1
    }
    munmap(other, 40 * PAGE_SIZE)
}

let p = mmap(N * PAGE_SIZE)
memset(p, 1, N * PAGE_SIZE)
must(madvise(p, N * PAGE_SIZE, MADV_FREE))
println("at once: {sum(p)}")
must(madvise(p, N * PAGE_SIZE, MADV_FREE))
p[0] = 2
squeeze()
println("memory was short: {sum(p)}")
println("the rest of the page that was written: {p[1]}")

let q = mmap(N * PAGE_SIZE)
memset(q, 1, N * PAGE_SIZE)
must(madvise(q, N * PAGE_SIZE, MADV_PAGEOUT))
must(madvise(q, N * PAGE_SIZE, MADV_FREE))
println("what was on the swap device: {sum(q)}")
