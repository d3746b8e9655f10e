# mkdir(1): makes directories; -p makes parents, too, and minds none that is there.

use options

const PARENTS = 1

let status = 0

# Makes one directory; with `parents`, one that exists is well.
fn make(path: str, parents: bool) {
    let r = mkdir(path)
    if r == 0 || parents && r == -EEXIST {
        return
    }
    eprintln("mkdir: cannot create directory '{path}': {strerror(r)}")
    status = 1
}

# Makes each directory that `path` goes through before its last name.
fn make_parents(path: str) {
    for i in 1..len(path) {
        if path[i] == '/' && status == 0 {
            make(path[..i], true)
        }
    }
}

let flags = 0
let first = options("p", &flags)
if first == len(args) {
    missing_operand()
}
for path in args[first..] {
    if flags & PARENTS != 0 {
        make_parents(path)
    }
    make(path, flags & PARENTS != 0)
}
exit(status)
