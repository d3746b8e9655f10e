# A text file that begins with #! runs by the program it names; one that does not, by the shell.
fn make(path: str, text: str) {
    let fd = open(path, O_WRONLY | O_CREAT, 0o755)
    write(fd, text)
    close(fd)
}

make("/tmp/a", "#!/bin/sh\n# says what it got\necho $0: $# $1 \\\n  and \"$2\"\nexit 5\n")
make("/tmp/b", "echo plain $1\n/tmp/a x 'y  z'\necho $?\n")
run("/bin/sh", ["sh", "-c", "/tmp/b one; sh /tmp/a; echo $?; sh /tmp/c"])
