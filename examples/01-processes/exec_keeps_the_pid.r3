# What is left of a process after exec?
# The pid, the parent and the open descriptors: descriptor 1 still leads to the file, so `greeter` writes into it and
# knows nothing of that. Memory, program and registers are new: see the card at `exec` in the trace.
program greeter(args: [str]) {
    println("{args[0]}: I am pid {getpid()}, child of {getppid()}")
}

let pid = fork()
if pid == 0 {
    let out = must(open("/tmp/out", O_WRONLY | O_CREAT))
    dup2(out, 1)                           # what the shell does for `greeter > /tmp/out`
    close(out)
    exec("/bin/greeter", ["greeter"])
}
wait()
println("fork returned {pid}; in /tmp/out stands:")
run("/bin/cat", ["cat", "/tmp/out"])
