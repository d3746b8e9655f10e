# A file that begins with #! runs its interpreter: one argument at most, then the file's own path, then the rest.
fn script(path: str, text: str) {
    let fd = must(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o755))
    write(fd, text)
    close(fd)
}

script("/tmp/a", "#!/bin/echo\n")
println("{run("/tmp/a", ["zero", "x", "y"])}")
script("/tmp/b", "#! /bin/echo  one two \nmore\n")
println("{run("/tmp/b", ["zero", "x"])}")
script("/tmp/c", "#!/tmp/b\n")
println("{run("/tmp/c", ["zero"])}")
script("/tmp/d", "#!/bin/sh\necho from the shell\nexit 5\n")
println("{WEXITSTATUS(run("/tmp/d", ["zero"]))}")
script("/tmp/loop", "#!/tmp/loop\n")
println("{errname(exec("/tmp/loop", ["zero"]))}")
script("/tmp/empty", "#!\n")
println("{errname(exec("/tmp/empty", ["zero"]))}")
