# The shell: variables, what is handed on, quotes, parameters.
fn sh(text: str) {
    let status = run("/bin/sh", ["sh", "-c", text])
    println("-> {shell_status(status)}")
}

sh("A='x   y'; echo $A \"$A\" '$A' \\$A ${{A}}z; env")
sh("A=1 env; B=2; export B C=3; env; unset B; echo [$B]; A=4 true; echo $A")
run(
    "/bin/sh",
    ["sh", "-c", "echo $0 $# $2 \"$@\"; shift; echo $*; set -- p 'q r'; sh -c 'echo $1' \"$@\"", "me", "a", "b c"],
)
sh("set -e; false || echo on; false; echo never")
