# The shell: pipes, lists, redirections, $?, and the status of what it ran.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("echo one two | cat | wc")
sh("false; echo $?; true; echo $?")
sh("true && echo yes || echo no; false && echo yes || echo no")
sh("echo first > /tmp/f; echo second >> /tmp/f; cat < /tmp/f; rm /tmp/f; cat /tmp/f")
sh("nowhere; echo $?")
sh("sh -c 'kill -9 $$'; exit 3")
sh("cd /tmp; pwd; cd /; pwd")
