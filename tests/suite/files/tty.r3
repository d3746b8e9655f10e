# A session of one's own has no controlling terminal: /dev/tty is ENXIO there; what is open stays open.

if fork() == 0 {
    println("session {syscall(SYS_setsid) == getpid()}")
    println("/dev/tty: {errname(open("/dev/tty", O_RDWR))}")
    exit(0)
}
wait()
