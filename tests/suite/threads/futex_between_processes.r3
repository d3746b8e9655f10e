# Two processes wait for each other on words of shared memory, wherever each has it mapped.
let p = mmap(2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS) as *u32

fn wait_while(word: *u32, value: u32) {
    while *word == value {
        syscall(SYS_futex, word, FUTEX_WAIT, value, 0)
    }
}

fn say(word: *u32, value: u32) {
    *word = value
    syscall(SYS_futex, word, FUTEX_WAKE, 1)
}

if fork() == 0 {
    for turn in 1..4 {
        wait_while(p, (turn - 1) as u32)
        println("child: turn {turn}")
        say(p + 1024, turn as u32)
    }
    exit(0)
}
for turn in 1..4 {
    println("parent: turn {turn}")
    say(p, turn as u32)
    wait_while(p + 1024, (turn - 1) as u32)
}
wait()
