# pwd(1): the working directory.

let buf: [byte; 4096]

let n = getcwd(buf)
if n < 0 {
    eprintln("pwd: {strerror(n)}")
    exit(1)
}
println("{from_c(&buf[0])}")
