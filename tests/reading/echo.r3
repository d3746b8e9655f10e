# Tells its arguments, and how much it reads of what is typed.
for i in 1..len(args) { println("argument {args[i]}") }
let buffer: [byte; 64]
for _ in 0..2 {
    println("read {read(0, buffer) - 1}")
}
