#@ outcome deadlock
println("I am well")
let p: *int = nil
*p = 1
