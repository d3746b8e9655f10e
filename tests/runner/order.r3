println("one")
println("two")

#~ out: two
#~ out: one
