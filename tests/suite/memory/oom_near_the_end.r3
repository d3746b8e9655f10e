# Swap is full and two programs need their text, of which only one page at a time has room: who needs a frame does not wait
# for what others read, else they would take each other's pages away for ever. The one that eats memory is killed.
machine { ram = 4 * 1024 * 1024, swap = 64 }

let greedy = fork()
if greedy == 0 {
    for _ in 0..16 {
        let memory = mmap(1024 * 1024)
        for page in 0..256 { memory[page * PAGE_SIZE] = 1 }
    }
    exit(1)
}
let modest = fork()
if modest == 0 {
    for _ in 0..500 {
        sleep_ms(1)
        let name: [byte; 64]
        must(getcwd(name))
    }
    exit(0)
}
let status = 0
for _ in 0..2 {
    let pid = wait(&status)
    if pid == greedy { assert WTERMSIG(status) == SIGKILL } else { assert status == 0 }
}
println("the greedy one is gone")
