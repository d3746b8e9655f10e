# The shell: jobs without a terminal.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("sleep 100 & sleep 101 | cat & jobs; kill %1 %2; wait; jobs; echo $?")
sh("sh -c 'exit 3' & wait $!; echo $?; sleep 9 & kill -9 $!; wait %1; echo $?; wait 999; echo $?; fg")
