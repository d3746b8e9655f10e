# The shell: redirections of any descriptor, in turn; those of built-in commands are undone, those of exec stay.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("ls /no 2>&1 >/tmp/f | cat; cat /tmp/f; ls /no >/dev/null 2>/tmp/f; cat /tmp/f")
sh("cd /no 2>/dev/null; echo $?; cat </no; echo to err >&2; echo x >/no/y")
sh("exec 3>/tmp/g; echo three >&3; exec 3>&-; cat /tmp/g; echo >&3; echo $?")
