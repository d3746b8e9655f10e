# A thread that waits for a lock, a pipe, a handler, a child that exits and one that is killed, an error, and exec.
let m: Mutex
let p: [int; 2]
let buf: [byte; 16]

fn take(n: int) {
    lock m {}
}

fn on_usr1(sig: int) {}

handle(SIGUSR1, on_usr1, SA_RESTART)
pipe(&p)
mutex_lock(&m)
let t = spawn_thread(take, 0)
sleep_ms(20)
mutex_unlock(&m)
join(t)
let child = fork()
if child == 0 {
    close(p[0])
    write(p[1], "hi\n")
    kill(getppid(), SIGUSR1)
    exit(3)
}
close(p[1])
let n = read(p[0], buf)
n = read(p[0], buf)
let status = 0
waitpid(child, &status)
let fd = open("/nope", O_RDONLY)
let page = mmap(4096, PROT_READ)
if fork() == 0 { page[0] = 1 }
wait()
exec("/bin/true", ["true"])
