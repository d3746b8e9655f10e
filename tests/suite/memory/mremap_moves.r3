# mremap moves page table entries: frames, slots of the swap device and what others share stay what they are.
machine { swap = 64, swap_device = zram }
use procfs

const P = PAGE_SIZE
const MOVE = MREMAP_MAYMOVE

# The word of a page in /proc/self/pagemap.
fn word(p: *byte) -> uint {
    let buf: [byte; 8]
    let fd = must(open("/proc/self/pagemap"))
    must(pread(fd, buf, p as int / P * 8))
    close(fd)
    return *(&buf[0] as *uint)
}

fn mapped(p: *byte) -> bool {
    return msync(p, P, MS_ASYNC) == 0
}

# Something above, so that it can not grow where it is. Pages: in memory, on the swap device, never touched.
let _above = mmap(P, prot: PROT_NONE)
let p = mmap(3 * P)
p[0] = 1
p[P] = 2
must(madvise(p + P, P, MADV_PAGEOUT))
let in_memory = word(p)
let on_device = word(p + P)
let before = faults()
let q = mremap(p, 3 * P, 600 * P, MOVE)
assert !failed(q) && q != p
println("frame kept {word(q) == in_memory}, slot kept {word(q + P) == on_device}, faults {faults() - before}")
println("the old place is mapped: {mapped(p)}; bytes {q[0]} {q[P]} {q[2 * P]} {q[599 * P]}")

# What a child shares it still has, at its own place.
if fork() == 0 {
    let moved = mremap(q, 2 * P, 2 * P, MOVE | MREMAP_FIXED, must_place())
    moved[0] = 5
    println("the child: {moved[0]} {moved[P]}, its old place is mapped: {mapped(q)}")
    exit(0)
}
wait()
println("the parent: {q[0]} {q[P]}")

fn must_place() -> *byte {
    let place = mmap(2 * P, prot: PROT_NONE)
    assert !failed(place)
    return place
}

# DONTUNMAP leaves the old place mapped, and empty.
let kept = mremap(q, 2 * P, 2 * P, MOVE | MREMAP_DONTUNMAP)
println("moved {kept[0]} {kept[P]}, the old place is mapped: {mapped(q)}, and holds {q[0]} {q[P]}")

# A part of a file moves with its place in the file; FIXED takes the place of what is there, and cuts off what is too much.
let fd = must(open("f", O_RDWR | O_CREAT))
let page: [byte; 4096]
for i in 0..4 {
    page[0] = (i + 1) as byte
    write(fd, page)
}
let file = mmap(4 * P, flags: MAP_SHARED, fd: fd)
let part = mremap(file + P, 2 * P, P, MOVE | MREMAP_FIXED, must_place())
println("the file's second page: {part[0]}; left: {mapped(file)} {mapped(file + P)} {mapped(file + 2 * P)} {mapped(file + 3 * P)}")
let again = mremap(part, 0, 2 * P, MOVE)
println("once more, and longer: {again[0]} {again[P]}, and the first is mapped: {mapped(part)}")
again[0] = 9
println("they are one: {part[0]}")
