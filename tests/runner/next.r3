println("one")
println("two")
println("three")

#~ out: one
#~ next out: three
