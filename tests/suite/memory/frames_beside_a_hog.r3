# Four frames for two processes, one of which never gives its page of stack away for long: whenever it has been written to
# the swap device, for the other one, it is in use again. The other one waits in vain twice, and gets a frame all the same.
machine { frames = 4, swap = 16, replacement = fifo }
let child = fork()
if child == 0 {
    loop {}
}
let pages = mmap(6 * PAGE_SIZE)
for _ in 0..2 {
    for i in 0..6 { pages[i * PAGE_SIZE] += 1 }
}
println("all there: {pages[0]} {pages[5 * PAGE_SIZE]}")
kill(child, SIGKILL)
wait()
