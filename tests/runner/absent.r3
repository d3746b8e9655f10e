let child = fork()      #~ not: → fork
if child == 0 { exit(3) }
wait()

#~ fork
#~ not signal: SIGCHLD sent
#~ reaped
