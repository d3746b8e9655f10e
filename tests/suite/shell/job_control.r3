# The shell at a terminal: Ctrl-Z and Ctrl-C reach the job in front only; bg and fg; who reads in the background stops.
#@ input sleep 100
#@ keys ^Z
#@ input bg
#@ input sleep 9 | cat
#@ keys ^Z
#@ input jobs
#@ input fg
#@ keys ^C
#@ input cat &
#@ input jobs
#@ input fg %cat
#@ input hello
#@ keys ^C
#@ input kill %4; exit 6
#@ status 6
exec("/bin/sh", ["sh"])
