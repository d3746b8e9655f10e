# A program maps 1 GiB on a machine that has 256 MiB: what does it get?
#@ trace mm,-task,line=20
#@ view areas
# A line in a list. mmap writes down an area, from where to where and with which rights, and hands out no frame: VmSize
# grows by 1 GiB, and VmRSS, what is really in memory, not at all. A frame comes with the first touch, for that page
# alone, and with it the tables that lead there.
use procfs

# Prints two lines of /proc/self/status, in KiB.
fn tell(when: str) {
    let buf: [byte; 2048]
    let n = must(read_file("/proc/self/status", buf))
    let text = str(buf[..n])
    println("{when}: VmSize {number_of(text, "VmSize"):8} KiB, VmRSS {number_of(text, "VmRSS"):3} KiB")
}

tell("at first        ")
let gib = mmap(1 << 30)
tell("1 GiB is mapped ")
gib[(1 << 29) + 5] = 1                     # one byte in the middle
tell("a byte is there ")
mark("one page of 262,144")
