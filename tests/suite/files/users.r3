# Mode bits bind everyone but root.

fn may(what: str, result: int) {
    if result >= 0 {
        println("{what}: ok")
    } else {
        println("{what}: {errname(result)}")
    }
}

syscall(SYS_umask, 0)
let fd = must(open("/tmp/root", O_WRONLY | O_CREAT, 0o640))
must(mkdir("/tmp/closed", 0o700))
must(close(open("/tmp/closed/in", O_WRONLY | O_CREAT, 0o666)))
must(mkdir("/tmp/open", 0o777))
must(close(open("/tmp/open/roots", O_WRONLY | O_CREAT, 0o644)))
if fork() == 0 {
    must(setgid(7))
    must(setuid(1000))
    println("uid {getuid()} gid {getgid()}")
    may("become root", setuid(0))
    may("stay", setuid(1000))
    may("read root's", open("/tmp/root"))
    may("write to what is open", write(fd, "x"))
    may("look into a closed directory", open("/tmp/closed/in"))
    may("list it", open("/tmp/closed"))
    may("enter it", chdir("/tmp/closed"))
    may("make a file in /", open("/mine", O_WRONLY | O_CREAT))
    may("make one in /tmp", open("/tmp/mine", O_WRONLY | O_CREAT, 0o200))
    may("read what is write-only", open("/tmp/mine"))
    may("change its mode", chmod("/tmp/mine", 0o600))
    may("read it then", open("/tmp/mine"))
    may("give it away", chown("/tmp/mine", 0, -1))
    may("change the mode of root's", chmod("/tmp/root", 0o666))
    may("unlink root's in /tmp", unlink("/tmp/root"))
    may("rename root's in /tmp", rename("/tmp/root", "/tmp/moved"))
    may("unlink root's in an open directory", unlink("/tmp/open/roots"))
    may("make a directory in /bin", mkdir("/bin/x"))
    may("unlink a program", unlink("/bin/true"))
    may("execute it", exec("/bin/true", ["true"]))
    exit(1)
}
let status = 0
wait(&status)
println("status {WEXITSTATUS(status)}")
let st: Stat
must(stat("/tmp/mine", &st))
println("owner {st.st_uid}:{st.st_gid}")
may("root reads it", open("/tmp/mine"))
must(chown("/tmp/root", 1000, -1))
must(stat("/tmp/root", &st))
println("given away: {st.st_uid}:{st.st_gid}")
may("root executes what nobody may", exec("/tmp/root", ["x"]))
