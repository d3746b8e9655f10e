#@ skip needs two CPUs
println("never")
