#@ status 2
println("{b}")
