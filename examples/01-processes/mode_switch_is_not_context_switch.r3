# Is a system call a context switch?
# No: the CPU changes its mode and goes on with the same process. 100 calls are 200 mode switches (into the kernel and
# back) and no context switch. Count them: --trace=mode shows each, --summary their number.
let before = voluntary_switches()
for _ in 0..100 {
    getppid()
}
println("100 system calls: {voluntary_switches() - before} context switches")
before = voluntary_switches()
sleep_ms(1)                                # this one gives the CPU away
println("1 sleep: {voluntary_switches() - before} context switch")
