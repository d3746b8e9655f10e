# The commands that the shell runs itself, because they change or ask the shell.

use shell
use shell_words
use shell_jobs
use kill_command

# Whether a command is one of these.
fn is_builtin(command: str) -> bool {
    match command {
        "cd" | "pwd" | "exit" | "export" | "unset" | "set" | "shift" | "true" | "false" | ":" => return true
        "wait" | "jobs" | "fg" | "bg" | "kill" | "exec" => return true
        _ => return false
    }
}

# Runs one; sets $?.
fn run_builtin(argv: [str]) {
    let operands = argv[1..]
    let result = 0
    match argv[0] {
        "cd" => result = change_directory(operands)
        "pwd" => result = print_directory()
        "exit" => leave(operands)
        "exec" => replace_shell(operands)
        "export" => result = each_variable(operands, argv[0])
        "unset" => result = each_variable(operands, argv[0])
        "set" => result = set_options(operands)
        "shift" => result = shift_params(operands)
        "false" => result = 1
        "wait" => result = wait_for(operands)
        "jobs" => result = list_jobs(operands)
        "fg" => result = continue_job(operands, true)
        "bg" => result = continue_job(operands, false)
        "kill" => result = kill_command(argv, kill_target)
        _ => {}
    }
    status = result
}

# Complains in the name of a command; answers the status for that.
fn complain(command: str, why: str) -> int {
    eprintln("{name}: {line_number}: {command}: {why}")
    return 2
}

# cd DIRECTORY; $HOME, or / without one, if there is none.
fn change_directory(operands: [str]) -> int {
    let path = get_variable("HOME")
    if len(operands) > 0 {
        path = operands[0]
    } else if len(path) == 0 {
        path = "/"
    }
    if chdir(path) < 0 {
        eprintln("{name}: {line_number}: cd: can't cd to {path}")
        return 2
    }
    return 0
}

# pwd
fn print_directory() -> int {
    let path: [byte; 4096]
    let r = getcwd(path)
    if r < 0 {
        return complain("pwd", strerror(r))
    }
    println("{from_c(&path[0])}")
    return 0
}

# exit STATUS; $? if there is none.
fn leave(operands: [str]) {
    if len(operands) > 0 && (!parse_int(operands[0], &status) || status < 0) {
        eprintln("{name}: {line_number}: exit: Illegal number: {operands[0]}")
        quit(2)
    }
    quit(status)
}

# exec COMMAND: the shell becomes the command. Without one, its redirections stay: see sh.r3.
fn replace_shell(operands: [str]) {
    if len(operands) > 0 {
        become_program(operands, "exec: ")
    }
}

# Becomes a program, or ends with the status for why not; `who` stands before the name in the message.
fn become_program(argv: [str], who: str) {
    let r = execvp(argv[0], argv)
    if r == -ENOENT || r == -ENOTDIR {
        eprintln("{name}: {line_number}: {who}{argv[0]}: not found")
        exit(127)
    }
    if r == -ENOEXEC {
        run_as_script(argv)
    }
    eprintln("{name}: {line_number}: {who}{argv[0]}: {strerror(r)}")
    exit(126)
}

# Runs a text file that does not begin with #! by a new shell, as every shell does.
fn run_as_script(argv: [str]) {
    let words: [str; 512]
    let n = min(len(argv), len(words) - 1)
    words[0] = "sh"
    for i in 0..n {
        words[i + 1] = argv[i]
    }
    exec("/bin/sh", words[0..n + 1])
}

# export NAME[=VALUE]... or unset NAME...; export alone prints what is exported.
fn each_variable(operands: [str], command: str) -> int {
    if len(operands) == 0 && command == "export" {
        let at = 0
        while environ[at] != nil {
            let value = from_c(environ[at])
            let variable = split(&value, '=')
            println("export {variable}='{value}'")
            at += 1
        }
    }
    for operand in operands {
        let value = operand
        let variable = split(&value, '=')
        if name_length(variable) != len(variable) || len(variable) == 0 {
            eprintln("{name}: {line_number}: {command}: {variable}: bad variable name")
            fatal(2)
            return 2
        }
        if command == "unset" {
            unset_variable(variable)
        } else {
            if len(variable) < len(operand) {
                set_variable(variable, value)
            }
            export_variable(variable)
        }
    }
    return 0
}

# set -e, set +e, set [--] WORD...
fn set_options(operands: [str]) -> int {
    for i in 0..len(operands) {
        match operands[i] {
            "-e" => exit_on_error = true
            "+e" => exit_on_error = false
            "--" => return set_params(operands[i + 1..])
            _ => {
                if operands[i][..min(1, len(operands[i]))] == "-" {
                    eprintln("{name}: {line_number}: set: Illegal option {operands[i]}")
                    fatal(2)
                    return 2
                }
                return set_params(operands[i..])
            }
        }
    }
    return 0
}

# Makes copies of words the parameters.
fn set_params(words: [str]) -> int {
    let table = malloc(len(words) * sizeof(str)) as *str
    if table == nil {
        return complain("set", "Out of space")
    }
    for i in 0..len(words) {
        table[i] = copied(words[i])
    }
    params = table[0..len(words)]
    return 0
}

# shift [N]
fn shift_params(operands: [str]) -> int {
    let n = 1
    if len(operands) > 0 && (!parse_int(operands[0], &n) || n < 0) {
        eprintln("{name}: {line_number}: shift: Illegal number: {operands[0]}")
        fatal(2)
        return 2
    }
    if n > len(params) {
        complain("shift", "can't shift that many")
        fatal(2)
        return 2
    }
    params = params[n..]
    return 0
}

# wait: for every job; wait PID or %JOB...: for these. Answers the status of the last.
fn wait_for(operands: [str]) -> int {
    let result = 0
    if len(operands) == 0 {
        for j in 0..n_jobs {
            if jobs[j].state == State.Running {
                wait_for_job(j)
            }
            if jobs[j].state == State.Done && !interactive {
                drop_job(j)
            }
        }
    }
    for operand in operands {
        let pid = 0
        let j = -1
        result = 127
        if starts_with(operand, "%") {
            result = 2
            j = find_job(operand, "wait")
        } else if parse_int(operand, &pid) {
            j = job_of(pid)
        } else {
            eprintln("{name}: {line_number}: wait: Illegal number: {operand}")
            return 2
        }
        if j >= 0 {
            wait_for_job(j)
            result = shell_status(jobs[j].word)
            if jobs[j].state == State.Stopped {
                result = 128 + WSTOPSIG(jobs[j].word)
            }
            if jobs[j].state == State.Done && !interactive {
                drop_job(j)
            }
        }
    }
    return result
}

# The job that a process belongs to; -1 if to none.
fn job_of(pid: int) -> int {
    for i in 0..n_members {
        if members[i].pid == pid && members[i].state != State.Free {
            return members[i].job
        }
    }
    return -1
}

# jobs: a line for each.
fn list_jobs(operands: [str]) -> int {
    while wait_for_change(WNOHANG) {}
    for operand in operands {
        let j = find_job(operand, "jobs")
        if j < 0 {
            return 2
        }
        tell_of(j, 1)
    }
    for j in 0..n_jobs {
        if len(operands) == 0 && jobs[j].state != State.Free {
            tell_of(j, 1)
        }
    }
    return 0
}

# fg and bg: a job goes on, in front or in the background.
fn continue_job(operands: [str], in_front: bool) -> int {
    let who = "bg"
    let spec = "%+"
    if in_front {
        who = "fg"
    }
    if !job_control {
        return complain(who, "no job control")
    }
    if len(operands) > 0 {
        spec = operands[0]
        if !starts_with(spec, "%") {
            return complain(who, "No such job")
        }
    }
    let j = find_job(spec, who)
    if j < 0 {
        return 2
    }
    let job = &jobs[j]
    if job.state == State.Done {
        return complain(who, "job has terminated")
    }
    for i in 0..n_members {
        if members[i].job == j && members[i].state == State.Stopped {
            members[i].state = State.Running
        }
    }
    settle(j)
    rank_job(j)
    job.told = true
    if in_front {
        eprintln("{job.typed[0..job.size]}")
        tcsetpgrp(0, job.pgid)
    } else {
        eprintln("[{j + 1}]+ {job.typed[0..job.size]} &")
    }
    kill(-job.pgid, SIGCONT)
    if !in_front {
        return 0
    }
    finish_job(j)
    return status
}

# What an operand of kill means: a number, or the group of a job; without job control the job's first process.
fn kill_target(operand: str, pid: *int) -> bool {
    if !starts_with(operand, "%") {
        return numbered_target(operand, pid)
    }
    let j = find_job(operand, "kill")
    if j < 0 {
        return false
    }
    *pid = jobs[j].pgid
    if job_control {
        *pid = -jobs[j].pgid
    }
    return true
}
