# A zombie has no memory, but it can be signalled and looked at until it is reaped.

use procfs

let child = fork()
if child == 0 {
    exit(5)
}
let info: Siginfo
waitid(P_PID, child, &info, WEXITED | WNOWAIT)
let process: Process
assert read_process(&process, child)
println("state {process.state:c}")
println("kill 0 on zombie: {errname(kill(child, 0))}")
println("SIGKILL on zombie: {errname(kill(child, SIGKILL))}")
let path: [byte; 64]
let n = format(path, "/proc/{child}/maps")
let bytes: [byte; 16]
println("bytes in zombie's maps: {read_file(path[0..n] as str, bytes)}")
println("waitid si_code CLD_EXITED {(info.si_code == CLD_EXITED) as int} status {info.si_status}")
let status = 0
println("wait: {(waitpid(child, &status) == child) as int}")
assert WIFEXITED(status)
println("child exited {WEXITSTATUS(status)}")
println("kill 0 after wait: {errname(kill(child, 0))}")
println("wait again: {errname(waitpid(child, &status))}")
