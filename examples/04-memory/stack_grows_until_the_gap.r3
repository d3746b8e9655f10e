# The stack grows by itself: what keeps it from growing into what lies below?
# A gap. An access below the stack makes its area larger, unless that would come closer than 256 pages (1 MiB) to the
# area below; then it is what any other access to nowhere is. So a stack that runs wild hits nothing before SIGSEGV does.
const GAP = 256

# One call, one page of the stack and more.
fn dive() {
    let room: [byte; PAGE_SIZE]
    room[0] = 1
    *lowest = &room[0] as int / PAGE_SIZE
    dive()
}

fn page_of_the_stack() -> int {
    let here: [byte; 1]
    return &here[0] as int / PAGE_SIZE
}

let wall = page_of_the_stack() - 512       # 2 MiB below: the stack may grow to 8 MiB
let fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE
assert !failed(mmap(PAGE_SIZE, flags: fixed, addr: (wall * PAGE_SIZE) as *byte))
let lowest = mmap(PAGE_SIZE, flags: MAP_SHARED | MAP_ANONYMOUS) as *int
if fork() == 0 { dive() }
let status = 0
wait(&status)
println("killed by signal {WTERMSIG(status)}, {*lowest - wall - 1} pages above the wall")
assert WTERMSIG(status) == SIGSEGV && *lowest - wall - 1 >= GAP
