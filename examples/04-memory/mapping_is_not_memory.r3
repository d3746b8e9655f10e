# A program maps 800 MiB on a machine that has 256 MiB: what does it get?
#@ trace -task,-syscall,line=23
# A line in a list. mmap writes down an area, from where to where and with which rights, and hands out no frame: VmSize
# grows by 800 MiB, and VmRSS, what is really in memory, not at all. (Four areas side by side that are alike become one.) A
# frame comes with the first touch, for that page alone, and with it the tables that lead there. 800 MiB in one call would
# be refused: that can never come true.
use procfs

# Prints two lines of /proc/self/status.
fn tell(when: str) {
    let buf: [byte; 2048]
    let n = must(read_file("/proc/self/status", buf))
    let text = str(buf[..n])
    println("{when}: VmSize {number_of(text, "VmSize"):6} KiB, VmRSS {number_of(text, "VmRSS"):2} KiB")
}

tell("at first")
let memory: *byte
for _ in 0..4 {
    memory = mmap(200 * 1024 * 1024)
    assert !failed(memory)
}
memory[100 * 1024 * 1024] = 1              # one byte in the middle of the last one
tell("mapped, and one byte written")
show("areas")
