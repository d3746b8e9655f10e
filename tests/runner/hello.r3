# Who is there?
#@ trace user
println("hello")
