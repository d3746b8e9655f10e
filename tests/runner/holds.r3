# What a process that is killed leaves behind.
#@ match digest,-mm
#@ frames 4000
#@ args a b
fn main_part() {
    let p = mmap(PAGE_SIZE, prot: PROT_READ)        #~ mmap(NULL, 4096 … = 0x
    if fork() == 0 {                                #~ fork     script[2] makes script[3]
        p[0] = 1                                    #~ signal: SIGSEGV sent
        #~ next signal: SIGSEGV taken
        #~ exit     script[3] killed by SIGSEGV
    }
    let status = 0
    wait(&status)
    println("killed by {WTERMSIG(status)}")         #~ next out: killed by 11
    eprintln("closed: {errname(close(99))}")        #~ errno: close EBADF
}
#~ not: fork

main_part()

#~ not: "outcome: exited 0"
#~ fork
#~ signal: SIGSEGV
#~ out: killed
#~ err: closed: EBADF
#~ outcome: exited 0
