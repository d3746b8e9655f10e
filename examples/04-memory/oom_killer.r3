# Memory and swap are full, and a program touches one more page: who dies?
#@ trace -syscall,-sched,-swap,-mm,-fs,line=11,line=20
# Whoever holds most; no call fails, as mmap has promised the page long ago. The OOM killer counts the pages of each
# process in memory, in swap and of tables, adds what oom_score_adj says, and kills the highest. Here a small process
# that has offered itself dies first, and the next time the one that eats all memory.
machine { ram = 4 * 1024 * 1024, swap = 64 }

fn eat(mib: int) {
    for _ in 0..mib {
        let memory = mmap(1024 * 1024)
        for page in 0..256 { memory[page * PAGE_SIZE] = 1 }
    }
}

let modest = fork()
if modest == 0 {
    let fd = must(open("/proc/self/oom_score_adj", O_WRONLY))
    must(write(fd, "900"))                 # of -1000 to 1000: 90 % of all memory count as its own
    eat(1)
    sleep_ms(60_000)
}
let greedy = fork()
if greedy == 0 {
    sleep_ms(10)                           # when the other one has eaten
    eat(16)
}
for _ in 0..2 {
    let status = 0
    let pid = wait(&status)
    assert WTERMSIG(status) == SIGKILL
    if pid == greedy { println("greedy was killed") } else { println("modest was killed") }
}
