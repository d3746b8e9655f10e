#@ input first
#@ keys ^C
#@ keys half a line
#@ keys ^C
#@ input whole
#@ keys ^\
#@ status 131
# Keys: Ctrl-C interrupts a program that sleeps; Ctrl-\ ends it.
fn interrupted(sig: int) {
    println("{signame(sig)}")
}
let line: [byte; 64]
let n = read(0, line)
print("read: {line[0..n]}")
handle(SIGINT, interrupted)
println("sleep: {errname(sleep_ms(100000))}")
n = read(0, line)
println("read: {errname(n)}")
n = read(0, line)
print("read: {line[0..n]}")
sleep_ms(100000)
println("never printed")
