let a = 1
println("{b}")
