# kill(1): sends a signal, TERM or the one named by -N, -NAME or -s NAME, to processes; -l lists the names.

use kill_command

exit(kill_command(args, numbered_target))
