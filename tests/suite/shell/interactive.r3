# The shell at a terminal: prompts, commands of several lines, reports of jobs, errors that do not end it.
#@ input echo a |
#@ input cat && echo "b
#@ input c"
#@ input sleep 5 & kill %1
#@ input echo | | echo
#@ input false &
#@ input sh -c 'kill -11 $$'
#@ input jobs
#@ input exit 3
#@ status 3
exec("/bin/sh", ["sh"])
