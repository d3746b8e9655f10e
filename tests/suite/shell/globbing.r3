# The shell: * ? [ ] are the names of files, sorted; quoted, or without a match, they are themselves.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("cd /bin; echo [a-e]* ?s \"*\" \\* none*; cd /; echo b*/tr* /*in/s?; echo /etc/[!a]*; A='/b*n'; echo $A \"$A\"")
