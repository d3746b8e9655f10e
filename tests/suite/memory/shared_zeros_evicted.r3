# Shared memory that was only read holds zeros and costs no slot of the swap device; what was written does.
#@ trace swap,-tlb
machine { swap = 64, init = script }
use procfs

let p = mmap(4 * PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS)

fn swapped(what: str) {
    let text: [byte; 4096]
    let n = must(read_file("/proc/meminfo", text))
    let info = text[..n] as str
    println("{what}: {number_of(info, "SwapTotal") - number_of(info, "SwapFree")} KiB on the swap device")
}

let sum = 0
for i in 0..4 {
    sum += p[i * PAGE_SIZE] as int
}
p[PAGE_SIZE] = 7
must(madvise(p, 4 * PAGE_SIZE, MADV_PAGEOUT))
swapped("one of four written")
for i in 0..4 {
    sum += p[i * PAGE_SIZE] as int
}
println("the sum is {sum}")
