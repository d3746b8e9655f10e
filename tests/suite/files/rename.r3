# link gives a file another name, rename moves one and replaces what is there.

fn make(path: str, text: str) {
    let fd = must(open(path, O_WRONLY | O_CREAT | O_TRUNC))
    write(fd, text)
    close(fd)
}

fn show(path: str) {
    let buf: [byte; 16]
    let fd = open(path)
    if fd < 0 {
        println("{path}: {errname(fd)}")
        return
    }
    let st: Stat
    fstat(fd, &st)
    let n = max(read(fd, buf), 0)
    println("{path}: {str(buf[0..n])}, {st.st_nlink} names")
    close(fd)
}

chdir("/tmp")
make("a", "one")
make("b", "two")
println("link: {errname(link("a", "c"))}")
show("c")
println("link onto: {errname(link("a", "b"))}")
println("link of a directory: {errname(link("/bin", "d"))}")
println("link into /proc: {errname(link("a", "/proc/x"))}")
println("rename onto itself by another name: {errname(rename("a", "c"))}")
show("a")
println("rename onto: {errname(rename("a", "b"))}")
show("a")
show("b")
show("c")
must(mkdir("d"))
must(mkdir("d/e"))
println("a file onto a directory: {errname(rename("b", "d"))}")
println("a directory onto a file: {errname(rename("d", "b"))}")
println("into itself: {errname(rename("d", "d/e/f"))}")
println("onto what holds it: {errname(rename("d/e", "d"))}")
println("onto a full one: {errname(mkdir("g"))} {errname(rename("g", "d"))}")
println("onto an empty one: {errname(rename("d/e", "g"))}")
let st: Stat
stat("d", &st)
println("d has {st.st_nlink} names")
println("moved up: {errname(rename("g", "/g"))}")
must(chdir("/g"))
let cwd: [byte; 64]
let n = getcwd(cwd)
println("{str(cwd[0..n - 1])}")
println("moved while in it: {errname(rename("/g", "/tmp/d/h"))}")
n = getcwd(cwd)
println("{str(cwd[0..n - 1])}")
println("what is not there: {errname(rename("x", "y"))}")
println("a trailing slash: {errname(rename("/tmp/b", "/tmp/z/"))}")
println("of /proc: {errname(rename("/proc", "/p"))} {errname(rename("/proc/1", "/p"))}")
println("an open file that is replaced keeps its bytes")
let fd = must(open("/tmp/b"))
make("/tmp/n", "new")
must(rename("/tmp/n", "/tmp/b"))
let buf: [byte; 8]
n = read(fd, buf)
println("{str(buf[0..n])}")
