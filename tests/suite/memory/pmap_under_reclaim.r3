# pmap and the views while pages come and go: what is on the swap device is no resident memory, and keeps its place.
#@ view areas
machine { frames = 40, swap = 64, replacement = fifo }

let p = mmap(48 * PAGE_SIZE)
for i in 0..48 { p[i * PAGE_SIZE] = i as byte }
mark("48 pages where 40 have room")
let pid: [byte; 16]
let n = format(pid, "{getpid()}")
run("/bin/pmap", ["pmap", "-x", str(pid[..n])])
for i in 0..48 { assert p[i * PAGE_SIZE] == i as byte }
