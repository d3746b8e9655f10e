#@ staus 1
#@ trace syscal
#@ seeds 9..3
#~ not any: x
#~ outcome: fine
println("hello")        #~
#@ input hello
