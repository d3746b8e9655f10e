# A pipe is a ring of page slots: a full one takes nothing until a whole slot is drained.

let buf: [byte; 70000]
let fds: [int; 2]

fn put(n: int) -> int {
    return write(fds[1], buf[0..n])
}

fn take(n: int) -> int {
    return read(fds[0], buf[0..n])
}

fn drain() {
    while take(len(buf)) > 0 {}
}

must(pipe2(&fds, O_NONBLOCK))
let n = 0
let last = put(1)
while last == 1 {
    n += 1
    last = put(1)
}
println("capacity by single bytes {n} {errname(last)} F_GETPIPE_SZ {fcntl(fds[1], F_GETPIPE_SZ)}")
take(1)
println("after reading 1: write 1 -> {errname(put(1))}")
take(4094)
println("after reading 4095: write 1 -> {errname(put(1))}")
take(1)
println("after reading 4096: write 1 -> {errname(put(1))}")
drain()
println("read empty: {errname(take(1))}")
println("write 70000 -> {put(70000)} (partial)")
drain()
put(65536 - 2000)
println("room 2000: atomic write of 4096 -> {errname(put(4096))}")
println("room 2000: write of 5000 -> {put(5000)}")
drain()
n = 0
while put(4000) == 4000 {
    n += 1
}
println("writes of 4000 that fit: {n}")
drain()
println("resize to 4096: {fcntl(fds[1], F_SETPIPE_SZ, 4096)}")
println("resize to 5000: {fcntl(fds[1], F_SETPIPE_SZ, 5000)}")
println("write 9000 -> {put(9000)}")
println("shrink below content: {errname(fcntl(fds[1], F_SETPIPE_SZ, 4096))}")
