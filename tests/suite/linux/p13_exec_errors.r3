# A failed exec says why and leaves the caller running.

fn try_exec(what: str, path: str) {
    println("{what}: {errname(exec(path, ["x"]))}")
}

# Makes the file's content `text`.
fn fill(path: str, text: str) {
    let fd = must(open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600))
    write(fd, text)
    close(fd)
}

let before = getpid()
try_exec("missing", "/no/such")
try_exec("empty path", "")
try_exec("directory", "/tmp")
try_exec("component is a file", "/bin/true/x")
let file = "/tmp/p13"
fill(file, "garbage\n")
try_exec("no x bit (root)", file)
must(chmod(file, 0o700))
try_exec("not a known format", file)
fill(file, "#!/no/interp\n")
try_exec("script with missing interpreter", file)
fill(file, "")
try_exec("empty file", file)
let fd = must(open(file, O_WRONLY))
try_exec("open for writing", file)
close(fd)
let long = ['a'; 5000]
long[4999] = 0
println("name too long: {errname(syscall(SYS_execve, &long, 0, 0))}")
unlink(file)
let big = malloc(200000)
memset(big, 'a', 199999)
println("one argument of 200 kB: {errname(exec("/bin/true", ["x", big[0..199999] as str]))}")
println("still alive, same pid {(before == getpid()) as int}")
