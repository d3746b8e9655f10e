# mkdir, rmdir, chdir, getcwd, and names with dots.
fn where() -> str {
    let n = getcwd(cwd)
    return cwd[0..n - 1] as str
}

let cwd: [byte; 256]
println("{where()}")
println("{errname(mkdir("/tmp/a"))} {errname(mkdir("/tmp/a/b"))}")
println("again: {errname(mkdir("/tmp/a"))}, without parent: {errname(mkdir("/tmp/x/y"))}")
println("{errname(chdir("/tmp/a"))} {where()}")
println("{errname(chdir("b"))} {where()}")
println("{errname(chdir("./.././b/../.."))} {where()}")
println("not empty: {errname(rmdir("a"))}")
println("{errname(rmdir("a/b"))}, then {errname(rmdir("a"))}")
println("gone: {errname(chdir("a"))}")
close(must(open("f", O_CREAT)))
println("a file: {errname(chdir("f"))}, {errname(rmdir("f"))}, {errname(mkdir("f"))}")
println("above the root: {errname(chdir("/../.."))} {where()}")
println("too small: {errname(getcwd(cwd[0..1]))}")
let st: Stat
must(stat("/tmp", &st))
println("directory: {S_ISDIR(st.st_mode)}, sticky: {st.st_mode & 0o1777:o}")
