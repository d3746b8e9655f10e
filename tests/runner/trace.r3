let child = fork()
if child == 0 { exit(3) }
wait()

#~ fork     script[2] makes script[3]
#~ any: zombie   script[3] … zombie (Z)
#~ reaped   script[3], exited 4
