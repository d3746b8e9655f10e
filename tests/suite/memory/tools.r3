# free, vmstat, pmap and ps read /proc, and print what they find in the form of procps.
let p = mmap(300 * PAGE_SIZE)
for i in 0..200 {
    p[i * PAGE_SIZE] = 1
}
run("/bin/free", ["free"])
run("/bin/free", ["free", "-h"])
run("/bin/free", ["free", "-w", "-b"])
run("/bin/free", ["free", "-m"])
run("/bin/free", ["free", "-x"])
run("/bin/vmstat", ["vmstat"])
run("/bin/vmstat", ["vmstat", "1", "2"])
run("/bin/vmstat", ["vmstat", "-s"])
run("/bin/vmstat", ["vmstat", "x"])
run("/bin/vmstat", ["vmstat", "0"])
run("/bin/pmap", ["pmap", "2"])
run("/bin/pmap", ["pmap", "-x", "2", "1"])
println("no such process: {WEXITSTATUS(run("/bin/pmap", ["pmap", "99"]))}")
println("no process at all: {WEXITSTATUS(run("/bin/pmap", ["pmap"]))}")
run("/bin/ps", ["ps", "-o", "pid,ppid,vsz,sz,rss,min_flt,maj_flt,stat,s,time,comm,cmd"])
run("/bin/ps", ["ps", "-o", "pid,foo"])
