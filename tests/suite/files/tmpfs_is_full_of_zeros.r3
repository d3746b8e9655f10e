# Zeros that a call wrote to a file in memory are as good as any other bytes: on the swap device they are counted, too.
machine { ram = 2 * 1024 * 1024, frames = 8, swap = 400, replacement = fifo }

let fd = must(open("/tmp/full", O_RDWR | O_CREAT))
let block: [byte; 16384]
let written = 0
let r = 0
while r >= 0 {
    r = write(fd, block)
    if r > 0 {
        written += r
    }
}
println("{written / 1024} KiB, then {errname(r)}")
