# Two processes fork and both fork again: what does the tree look like?
# Four processes come from two lines, as every process that passes a fork doubles. Each is the child of the one that
# called fork for it: pstree -p reads that from /proc.
let me = getpid()
fork()
fork()
if getpid() != me {
    sleep_ms(1000)                         # stay in the picture
    exit(0)
}
run("/bin/pstree", ["pstree", "-p"])
