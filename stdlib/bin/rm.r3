# rm(1): unlinks files; -f minds none that is missing.

use options

const FORCE = 1

let status = 0
let flags = 0
let first = options("f", &flags)
if first == len(args) && flags & FORCE == 0 {
    missing_operand()
}
for path in args[first..] {
    let r = unlink(path)
    if r < 0 && !(r == -ENOENT && flags & FORCE != 0) {
        eprintln("rm: cannot remove '{path}': {strerror(r)}")
        status = 1
    }
}
exit(status)
