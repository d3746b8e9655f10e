#@ input one line
#@ input
#@ input three
# The console gives a line a read, in parts if the buffer is small, and 0 at its end.
let buf: [byte; 16]
loop {
    let n = read(0, buf[0..5])
    assert n >= 0
    println("{n}: {buf[0..n]}")
    if n == 0 {
        break
    }
}
println("and again: {read(0, buf)}")
