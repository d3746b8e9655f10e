# What can be written below /proc is checked as Linux does it: sysctls, oom_score_adj, clear_refs.
fn put(path: str, text: str) {
    let fd = open(path, O_WRONLY)
    let r = fd
    if fd >= 0 {
        r = write(fd, text)
        close(fd)
    }
    print("{path} '{trim(text)}': ")
    if r < 0 {
        println(errname(r))
    } else {
        println("{r} of {len(text)}")
    }
}

fn see(path: str) {
    let buf: [byte; 256]
    let n = read_file(path, buf)
    if n < 0 {
        println("{path}: {errname(n)}")
    } else {
        println("{path}: {trim(str(buf[..n]))}")
    }
}

let swappiness = "/proc/sys/vm/swappiness"
see(swappiness)
let texts = ["61\n", "201\n", "-1", "62 70", "x", "", " 63", "60x", "0x3c", "010"]
for text in texts {
    put(swappiness, text)
    see(swappiness)
}
let fd = must(open(swappiness, O_WRONLY))
lseek(fd, 3, SEEK_SET)
println("behind the start: {write(fd, "99")}")
see(swappiness)
put("/proc/sys/vm/overcommit_memory", "2")
put("/proc/sys/vm/overcommit_memory", "3")
put("/proc/sys/vm/overcommit_ratio", "80")
put("/proc/sys/vm/page-cluster", "31")
put("/proc/sys/vm/page-cluster", "32")
see("/proc/sys/vm/overcommit_memory")
see("/proc/sys/vm/overcommit_ratio")
see("/proc/sys/vm/page-cluster")
put("/proc/sys/vm/overcommit_memory", "0")
see("/proc/sys/vm/drop_caches")
put("/proc/sys/vm/drop_caches", "0")
put("/proc/sys/vm/drop_caches", "5")
put("/proc/sys/vm/drop_caches", "1")

let own = "/proc/self/oom_score_adj"
let values = ["0\n", "1001", "-1001", "0x10", "x", " 5 \n", "99999999999999", "", "010"]
for value in values {
    put(own, value)
}
see(own)
put(own, "-1000")
see("/proc/self/oom_score")
see("/proc/1/oom_score")
put(own, "500")
see("/proc/self/oom_score")
let refs = ["1", "3\n", "4", "6", "0", "x"]
for value in refs {
    put("/proc/self/clear_refs", value)
}
see("/proc/self/clear_refs")
if fork() == 0 {
    see(own)
    setuid(1000)
    put(own, "600")
    put(own, "599")
    put("/proc/1/oom_score_adj", "1")
    put(swappiness, "1")
    exit(0)
}
wait()
