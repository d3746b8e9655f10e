#@ outcome deadlock
# A lock that its holder wants once more.
let m: Mutex

fn inner() {
    lock m {}
}

lock m {
    inner()
}
