# The page of zeros is resident for mincore, but no memory of the process.
use procfs

const N = 256

fn rss() -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/self/status", text))
    return number_of(str(text[..n]), "RssAnon")
}

fn resident(p: *byte) -> int {
    let answers: [byte; 256]
    mincore(p, N * PAGE_SIZE, answers)
    let n = 0
    for answer in answers {
        n += (answer & 1) as int
    }
    return n
}

let p = mmap(N * PAGE_SIZE)
rss()
println("resident before {resident(p)}")
let before = rss()
for i in 0..100 {
    p[i * PAGE_SIZE] = 1
}
let after = resident(p)
let now = rss()
println("resident after {after}, RssAnon grew {now - before} KiB")
let sum = 0
for i in 100..200 {
    sum += p[i * PAGE_SIZE]
}
println("after reading 100 more: mincore {resident(p)}, RssAnon grew {rss() - now} KiB (zero page is not counted)")
let one: [byte; 1]
println("mincore unmapped: {errname(mincore(0x10000 as *byte, PAGE_SIZE, one))}")
