# mremap is bound by the limits, too: by what an area grows, and by all of it where the old place stays mapped.
machine { init = script }
use procfs

fn pages_of(name: str) -> int {
    let text: [byte; 4096]
    let n = must(read_file("/proc/self/status", text))
    return number_of(str(text[..n]), name) * 1024 / PAGE_SIZE
}

fn remap(p: *byte, from: int, to: int, flags: int = MREMAP_MAYMOVE) -> str {
    last = mremap(p, from * PAGE_SIZE, to * PAGE_SIZE, flags)
    if failed(last) {
        return errname(last as int)
    }
    return "an address"
}

fn touch(p: *byte, n: int) -> int {
    let before = faults()
    for i in 0..n {
        p[i * PAGE_SIZE] = 1
    }
    return faults() - before
}

let last: *byte
let p = mmap(4 * PAGE_SIZE)
pages_of("VmSize")
setrlimit(RLIMIT_AS, (pages_of("VmSize") + 8) * PAGE_SIZE, -1)
print("RLIMIT_AS: {remap(p, 4, 13)}")
println(", {remap(p, 4, 12)}, {remap(last, 12, 13)}")
p = last
setrlimit(RLIMIT_AS, -1)
p = mremap(p, 12 * PAGE_SIZE, 4 * PAGE_SIZE)
setrlimit(RLIMIT_AS, (pages_of("VmSize") + 3) * PAGE_SIZE, -1)
println("the old place stays: {remap(p, 4, 4, MREMAP_MAYMOVE | MREMAP_DONTUNMAP)}")
setrlimit(RLIMIT_AS, -1)
setrlimit(RLIMIT_DATA, (pages_of("VmData") + 8) * PAGE_SIZE, -1)
println("RLIMIT_DATA: {remap(p, 4, 13)}, {remap(p, 4, 12)}")
p = last
setrlimit(RLIMIT_DATA, -1)
p = mremap(p, 12 * PAGE_SIZE, 4 * PAGE_SIZE)
println("heuristic overcommit: {remap(p, 4, 1 << 28)}")
mlock(p, 4 * PAGE_SIZE)
setrlimit(RLIMIT_MEMLOCK, 8 * PAGE_SIZE)
setuid(1000)
println("RLIMIT_MEMLOCK: {remap(p, 4, 9)}, {remap(p, 4, 8)}, brought in: {touch(last, 8)}, locked {pages_of("VmLck")}")
