#@ trace user
println("hello")
