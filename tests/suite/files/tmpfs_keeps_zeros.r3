# Zeros that a call wrote to a file in memory are as good as any other bytes: they go to the swap device, and are counted.
machine { frames = 12, swap = 100, replacement = fifo }
use procfs

let fd = must(open("/tmp/zeros", O_RDWR | O_CREAT))
let block: [byte; 16384]
let written = 0
for _ in 0..16 {
    written += must(write(fd, block))
}
let text: [byte; 4096]
let n = must(read_file("/proc/meminfo", text))
let info = text[..n] as str
let swapped = number_of(info, "SwapTotal") - number_of(info, "SwapFree")
println("{written / 1024} KiB written, {swapped} KiB on the swap device")
