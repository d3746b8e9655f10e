# The environment: set, changed, taken out, handed on by exec, given whole by execve.
println("{getenv("A", "none")}")
setenv("A", "1")
setenv("B", "two")
setenv("A", "3", overwrite: false)
setenv("B", "")
println("{getenv("A")} {hasenv("B")} {hasenv("C")} {errname(setenv("A=", "x"))}")
run("/bin/env", ["env", "C=4"])
run("/bin/env", ["env", "-u", "A", "D=5", "env"])
unsetenv("A")
println("{shell_status(run("/bin/env", ["env", "nosuch"]))}")
if fork() == 0 {
    execve("/bin/env", ["env"], ["Q=1", "R="])
}
wait()
