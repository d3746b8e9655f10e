println(errname(close(77)))     #~ errno: close EINVAL
kill(getpid(), SIGUSR1)         #~ any signal: SIGUSR2
#~ any signal: SIGUSR1 taken
#~ errno: kill
#~ outcome: killed SIGUSR1
