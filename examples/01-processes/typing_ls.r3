# What does a real shell do when `ls /bin` and Enter are typed?
#@ input ls /bin
# The script becomes the shell, as login does. Type a line, or pipe it in: echo 'ls /bin' | ring3 --trace typing_ls.r3
# Look for the read(0, …) that sleeps: Enter makes it runnable. Then come fork, exec and wait, as in what_ls_does.r3.
must(exec("/bin/sh", ["sh"]))
