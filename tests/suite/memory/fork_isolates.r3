# After fork private memory is each one's own, shared memory is one for both: globals, stack, heap and mappings.
let global = 1

let private = mmap(PAGE_SIZE) as *int
let shared = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS) as *int
let heap = malloc(16) as *int
*private = 1
*shared = 1
*heap = 1
let local = 1
if fork() == 0 {
    assert global == 1 && local == 1 && *private == 1 && *shared == 1 && *heap == 1
    global = 2
    local = 2
    *private = 2
    *shared = 2
    *heap = 2
    exit(0)
}
wait()
println("global {global} local {local} private {*private} heap {*heap} shared {*shared}")
