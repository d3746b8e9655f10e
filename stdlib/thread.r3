# Threads: clone(2) with a stack of their own, and what belongs to one thread alone.
#
#   +-------+-----------------------+---------------+-----------+
#   | guard |       <- stack        | thread-locals |  Thread   |
#   +-------+-----------------------+---------------+-----------+
#                                                   ^ FS base, `__tls()`
#
# A thread is named by its tid. The first thread has no such mapping but a small one for the last two parts; it is made
# when a program starts that uses threads, locks or thread-local variables, and in no other.

# The thread control block.
struct Thread {
    this: *Thread                 # its own address
    tid: i32                      # cleared, and woken as a futex, by the kernel when the thread ends
    id: i32                       # the same, and stays
    start: fn(int)
    arg: int
    stack: *byte                  # the mapping; nil for the first thread
    joining: u32                  # JOINABLE, DETACHED or JOINED
    next: *Thread                 # in `threads` or `free_stacks`
}

const JOINABLE = 0
const DETACHED = 1
const JOINED = 2

# glibc's default, and the page below it that catches an overflow.
const THREAD_STACK = 8 * 1024 * 1024
# So many stacks are kept for the next threads: glibc keeps 40 MiB.
const STACKS_KEPT = 5
# What glibc's pthread_create passes to clone(2).
const THREAD_FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
    CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID
const ARCH_SET_FS = 0x1002

# All threads that are not joined, and the stacks that are kept; both belong to the holder of `threads_word`.
let threads: *Thread
let free_stacks: *Thread
let stacks_kept: int
let threads_word: u32
# Held while the heap is changed.
let heap_word: u32

# Stands in for `_start` in a program with threads.
fn _start_threads(stack: *uint) {
    thread_setup()
    _start(stack)
}

# Gives the first thread its block, as ld.so does.
fn thread_setup() {
    let size = (__tls_size() + sizeof(Thread) + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE
    let base = mmap(size)
    if failed(base) {
        eprintln("cannot allocate TLS data structures for initial thread")
        exit(127)
    }
    let thread = ((base as int + size - sizeof(Thread)) & ^15) as *Thread
    thread.this = thread
    syscall(SYS_arch_prctl, ARCH_SET_FS, thread)
    thread.tid = syscall(SYS_set_tid_address, &thread.tid) as i32
    thread.id = thread.tid
    threads = thread
}

# pthread_create(3): starts a thread that calls f(arg); answers its tid, or a negative errno.
fn spawn_thread(f: fn(int), arg: int) -> int {
    low_lock(&threads_word)
    let thread = take_stack()
    if thread == nil {
        low_unlock(&threads_word)
        return -EAGAIN
    }
    thread.start = f
    thread.arg = arg
    thread.next = threads
    threads = thread
    low_unlock(&threads_word)
    let top = ((thread as int - __tls_size()) & ^15) as *int
    top[-2] = thread_begin as int
    top[-1] = thread as int
    let tid = syscall(SYS_clone, THREAD_FLAGS, top, &thread.tid, &thread.tid, thread)
    if tid < 0 {
        low_lock(&threads_word)
        keep_stack(thread)
        low_unlock(&threads_word)
        return tid
    }
    thread.id = tid as i32
    return tid
}

# Where a thread begins.
fn thread_begin(thread: *Thread) {
    thread.id = thread.tid
    let start = thread.start
    start(thread.arg)
    thread_exit()
}

# pthread_exit(3): ends this thread; the process lives until its last thread ends.
fn thread_exit() {
    syscall(SYS_exit, 0)
}

# pthread_self(3): the tid of this thread, without a system call.
fn thread_self() -> int {
    return (__tls() as *Thread).tid
}

# pthread_join(3): waits until the thread has ended. 0, -ESRCH: there is no such thread, -EINVAL: it is detached or
# somebody waits for it already, -EDEADLK: it is this one.
fn join(tid: int) -> int {
    if tid == thread_self() {
        return -EDEADLK
    }
    low_lock(&threads_word)
    let thread = find_thread(tid)
    if thread == nil || thread.joining != JOINABLE {
        low_unlock(&threads_word)
        if thread == nil {
            return -ESRCH
        }
        return -EINVAL
    }
    thread.joining = JOINED
    low_unlock(&threads_word)
    loop {
        let running = atomic_load(&thread.tid)
        if running == 0 {
            break
        }
        # Not private: the kernel wakes it so.
        syscall(SYS_futex, &thread.tid, FUTEX_WAIT, running, 0)
    }
    low_lock(&threads_word)
    keep_stack(thread)
    low_unlock(&threads_word)
    return 0
}

# pthread_detach(3): nobody will join this thread. 0, -ESRCH or -EINVAL as for join.
fn detach(tid: int) -> int {
    low_lock(&threads_word)
    let thread = find_thread(tid)
    let r = 0
    if thread == nil {
        r = -ESRCH
    } else if thread.joining != JOINABLE {
        r = -EINVAL
    } else {
        thread.joining = DETACHED
    }
    low_unlock(&threads_word)
    return r
}

# The thread with a tid; nil if there is none. `threads_word` is held.
fn find_thread(tid: int) -> *Thread {
    let thread = threads
    while thread != nil && thread.id != tid {
        thread = thread.next
    }
    return thread
}

# A stack for a new thread: of one that was detached and has ended, a kept one, or a new one; nil if there is no memory.
fn take_stack() -> *Thread {
    keep_detached()
    let thread = free_stacks
    if thread == nil {
        return new_stack()
    }
    free_stacks = thread.next
    stacks_kept -= 1
    let locals = __tls_size()
    if locals > 0 {
        memset((thread as int - locals) as *byte, 0, locals)
    }
    thread.id = 0
    thread.joining = JOINABLE
    return thread
}

# Keeps the stacks of detached threads that have ended.
fn keep_detached() {
    let thread = threads
    while thread != nil {
        let next = thread.next
        if thread.joining == DETACHED && thread.id != 0 && atomic_load(&thread.tid) == 0 {
            keep_stack(thread)
        }
        thread = next
    }
}

# Maps a stack with its guard, as glibc does.
fn new_stack() -> *Thread {
    let size = PAGE_SIZE + THREAD_STACK
    let base = mmap(size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE)
    if failed(base) {
        return nil
    }
    if mprotect(base + PAGE_SIZE, THREAD_STACK, PROT_READ | PROT_WRITE) < 0 {
        munmap(base, size)
        return nil
    }
    let thread = ((base as int + size - sizeof(Thread)) & ^15) as *Thread
    thread.this = thread
    thread.stack = base
    return thread
}

# Takes a thread off the list; its stack is kept for the next one, or given back. `threads_word` is held.
fn keep_stack(thread: *Thread) {
    let link = &threads
    while *link != thread {
        link = &(*link).next
    }
    *link = thread.next
    if thread.stack == nil {
        return
    }
    if stacks_kept == STACKS_KEPT {
        munmap(thread.stack, PAGE_SIZE + THREAD_STACK)
        return
    }
    thread.next = free_stacks
    free_stacks = thread
    stacks_kept += 1
}

# Stands in for fork in a program with threads: the child has one thread, with its own tid in its block.
fn fork_threads() -> int {
    let thread = __tls() as *Thread
    low_lock(&heap_word)
    let r = syscall(SYS_clone, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, 0, 0, &thread.tid)
    low_unlock(&heap_word)
    if r == 0 {
        thread.id = thread.tid
        thread.next = nil
        threads = thread
        threads_word = 0
    }
    return r
}

# Stands in for malloc in a program with threads.
fn malloc_threads(n: int) -> *byte {
    low_lock(&heap_word)
    let p = malloc(n)
    low_unlock(&heap_word)
    return p
}

# Stands in for free in a program with threads.
fn free_threads(p: *byte) {
    low_lock(&heap_word)
    free(p)
    low_unlock(&heap_word)
}

# Takes a futex word: 0 free, 1 held, 2 held and waited for (Drepper, Futexes Are Tricky).
fn low_lock(word: *u32) {
    if compare_exchange(word, 0, 1) {
        return
    }
    while atomic_swap(word, 2) != 0 {
        futex_wait(word, 2)
    }
}

# Gives it back.
fn low_unlock(word: *u32) {
    if atomic_swap(word, 0) == 2 {
        futex_wake(word, 1)
    }
}

# futex(2): sleeps while *word is `value`, at most until a time of CLOCK_REALTIME. `record` is the lock that is waited
# for, which Linux ignores: see the lock record in sync.r3. 0, -EAGAIN: it is another value, -ETIMEDOUT, -EINTR.
fn futex_wait(word: *u32, value: u32, until: *Timespec = nil, record: *u32 = nil, shared: bool = false) -> int {
    let private = FUTEX_PRIVATE_FLAG
    if shared {
        private = 0
    }
    if until == nil {
        return syscall(SYS_futex, word, FUTEX_WAIT | private, value, 0, record)
    }
    let operation = FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME | private
    return syscall(SYS_futex, word, operation, value, until, record, FUTEX_BITSET_MATCH_ANY)
}

# futex(2): wakes at most `count` of those who sleep on *word; answers how many.
fn futex_wake(word: *u32, count: int, shared: bool = false) -> int {
    if shared {
        return syscall(SYS_futex, word, FUTEX_WAKE, count)
    }
    return syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count)
}
