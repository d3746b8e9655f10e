# Page tables, areas, frames and slots are drawn: from the script by show(), and by `#@ view` at marks and at the end.
#@ view page_table,areas,frames,swap

let p = mmap(40 * PAGE_SIZE)
p[0] = 1
p[PAGE_SIZE] = 1
let ends: [int; 2]
pipe(&ends)
let child = fork()
if child == 0 {
    p[0] = 2
    let buf: [byte; 1]
    must(read(ends[0], buf))
    exit(0)
}
sched_yield()
mark("both have page 1, each has a page 0")
write(ends[1], "x")
wait()
let sum = p[5 * PAGE_SIZE]
println("page 5 reads {sum}")
show("page_table")
show("areas")
show("swap")
println("of init: {show("areas", 1)}")
println("of nobody: {errname(show("page_table", 99))}")
println("no such view: {errname(show("nothing"))}")
