# A semaphore counts; one in shared memory does it for processes.
let free: Semaphore
let full: Semaphore
let ring: [int; 2]

fn produce(n: int) {
    for i in 0..n {
        sem_wait(&free)
        ring[i % 2] = i
        sem_post(&full)
    }
}

sem_init(&free, 2)
let producer = spawn_thread(produce, 5)
let sum = 0
for i in 0..5 {
    sem_wait(&full)
    sum = 10 * sum + ring[i % 2]
    sem_post(&free)
}
join(producer)
println("{sum}, {sem_getvalue(&free)} free, {errname(sem_trywait(&full))} {errname(sem_init(&full, -1))}")
let s = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS) as *Semaphore
sem_init(s, 0, shared: true)
if fork() == 0 {
    println("the child posts")
    sem_post(s)
    exit(0)
}
sem_wait(s)
println("the parent goes on")
wait()
