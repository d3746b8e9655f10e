# What is a zombie, and why does kill not help?
# An exited process has lost its memory, descriptors and all else; its pid and its status stay until its parent has read
# them. It is dead already. Look in the trace for the card at `exit`, and for `reaped`.
let child = spawn("/bin/false", ["false"])
sleep_ms(10)                               # it exits in this time, and nobody waits for it
run("/bin/ps", ["ps", "-l"])               # state Z, no memory
println("kill: {kill(child, SIGKILL)}")    # 0: sent, and nothing happens
let status = 0
waitpid(child, &status)                    # the funeral
println("its status was {WEXITSTATUS(status)}")
println("kill: {errname(kill(child, SIGKILL))}")
