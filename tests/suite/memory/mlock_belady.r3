# Belady's anomaly through real page touches: the program's own pages are locked and stand outside the quota, which the
# six pages have for themselves.
machine { frames = 3, swap = 16, replacement = fifo }
use procfs

fn kib(name: str) -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/meminfo", text))
    return number_of(str(text[..n]), name)
}

mlockall(MCL_CURRENT)
let refs = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
let p = mmap(6 * PAGE_SIZE)
let before = faults()
for r in refs {
    p[r * PAGE_SIZE] = 1
}
println("faults: {faults() - before}")
let locked = kib("Mlocked")
println("evictable {(kib("Inactive") + kib("Active")) / 4}, locked all: {locked == kib("Unevictable")}")
before = faults()
munlockall()
println("unlocked {locked / 4 - kib("Mlocked") / 4 == locked / 4}, without a fault: {faults() == before}")
