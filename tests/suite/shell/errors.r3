# The shell: what is wrong with a line, in the words and with the statuses of dash.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("nowhere; echo $?; /tmp; echo $?")
sh("echo a\necho 'b")
sh("a |")
sh("| a")
sh("echo a; a && | b")
sh("echo > ; b")
sh("echo ${{}}")
sh("export 1=2; echo never")
sh("cd /no; exit abc")
sh("shift")
