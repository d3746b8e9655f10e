# What happens between typing `ls` and seeing its output?
# A shell does three things: fork, exec, wait. Look in the trace at the process cards: fork copies everything and yet no
# page, exec replaces the program and keeps pid and descriptors, exit leaves a zombie until wait4 has reaped it.
let child = fork()
if child == 0 {
    exec("/bin/ls", ["ls", "/bin"])
    exit(127)                              # reached only if exec failed
}
let status = 0
waitpid(child, &status)
println("pid {child} exited with {WEXITSTATUS(status)}")
