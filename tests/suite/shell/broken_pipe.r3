# yes | head: the reader goes away, and the writer dies of SIGPIPE.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("yes | head -n 1")
sh("seq 3 | tee /tmp/t | tail -n 1; cat /tmp/t")
