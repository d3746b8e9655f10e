let a = 1
println("one")          #~ out: one
#~ → fork
println("two")          #~ out: one
