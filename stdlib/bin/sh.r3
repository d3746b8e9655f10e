# sh(1): the shell. Runs commands, pipelines and lists, in the manner of dash; controls jobs as bash does.
#
# sh [-e] [-c TEXT [NAME [ARG]...] | SCRIPT [ARG]...]. Without operands it reads standard input, and prompts if that is a
# terminal.

use shell
use shell_syntax
use shell_words
use shell_jobs
use shell_builtins

# Where lines come from: a text, or a descriptor, which has its own buffer if it is a script's.
let given: str
let source = 0
let input: [byte; 512]
let input_from: int
let input_to: int

# What a redirection of a built-in command replaced: a copy of the descriptor, or -1 if it was closed.
struct Saved {
    fd: int
    copy: int
}
let saved: [Saved; 16]
let n_saved: int

# Runs the list that was read.
fn run_list() {
    let from = 0
    while from < n_tokens {
        let to = from
        while to < n_tokens && !ends_and_or(tokens[to].kind) {
            to += 1
        }
        if to > from {
            run_and_or(tokens[from..to], to < n_tokens && tokens[to].kind == Kind.Background)
        }
        from = to + 1
    }
}

# Whether a list's element ends there.
fn ends_and_or(kind: Kind) -> bool {
    return kind == Kind.Semicolon || kind == Kind.Newline || kind == Kind.Background
}

# Runs pipelines joined by && and ||. In the background a child runs them, unless there is but one.
fn run_and_or(list: [Token], background: bool) {
    let to = next_of(list, 0, Kind.And, Kind.Or)
    if background {
        start_job(list, true, to < len(list))
        return
    }
    let from = 0
    let joint = Kind.End
    loop {
        if !(joint == Kind.And && status != 0 || joint == Kind.Or && status == 0) {
            run_pipeline(list[from..to])
            if exit_on_error && status != 0 && to == len(list) {
                exit(status)
            }
        }
        if to == len(list) {
            return
        }
        joint = list[to].kind
        from = to + 1
        to = next_of(list, from, Kind.And, Kind.Or)
    }
}

# Where the next token of one of two kinds is, or the end.
fn next_of(list: [Token], from: int, a: Kind, b: Kind) -> int {
    let to = from
    while to < len(list) && list[to].kind != a && list[to].kind != b {
        to += 1
    }
    return to
}

# Runs a pipeline in front: a built-in command by itself in this process, anything else as a job.
fn run_pipeline(list: [Token]) {
    if next_of(list, 0, Kind.Pipe, Kind.Pipe) < len(list) {
        start_job(list, false, false)
        return
    }
    if !expand_command(list) {
        fatal(2)
        return
    }
    if n_fields == 0 || is_builtin(fields[0]) {
        run_here(list)
    } else {
        start_job(list, false, false)
    }
}

# Runs a built-in command, or assignments alone, in the shell's own process.
fn run_here(list: [Token]) {
    let stays = n_fields > 0 && fields[0] == "exec"
    n_saved = 0
    if redirect(list, !stays) {
        for i in 0..n_assigned {
            set_variable(assigned[i].name, assigned[i].value)
        }
        status = failed_words as int * 2
        if n_fields > 0 {
            run_builtin(fields[0..n_fields])
        }
    } else {
        status = 2
        if stays {
            fatal(2)
        }
    }
    while n_saved > 0 {
        n_saved -= 1
        let undo = saved[n_saved]
        if undo.copy < 0 {
            close(undo.fd)
        } else {
            move(undo.copy, undo.fd)
        }
    }
}

# Starts a pipeline, or with `whole` a child that runs the whole list; in front, waits for it.
fn start_job(list: [Token], background: bool, whole: bool) {
    let j = new_job(typed(list))
    if j < 0 {
        status = 2
        return
    }
    let from = 0
    let next = 0
    while from < len(list) {
        let to = len(list)
        if !whole {
            to = next_of(list, from, Kind.Pipe, Kind.Pipe)
        }
        let fds = [0, 1]
        if !start_process(j, list[from..to], next, &fds, to < len(list), background) {
            close_input(fds[0])
            break
        }
        next = fds[0]
        from = to + 1
    }
    if jobs[j].pgid == 0 {
        drop_job(j)
        status = 2
        return
    }
    if !background {
        finish_job(j)
        return
    }
    rank_job(j)
    status = 0
    last_background = jobs[j].last
    if interactive {
        eprintln("[{j + 1}] {last_background}")
    }
}

# What was typed for a list.
fn typed(list: [Token]) -> str {
    let from = address(list[0].text) - &line[0]
    let last = list[len(list) - 1].text
    return line[from..address(last) - &line[0] + len(last)] as str
}

# Starts a process of a job, with a pipe to the next one if there is one; false if that failed.
fn start_process(j: int, list: [Token], next: int, fds: *[int; 2], piped: bool, background: bool) -> bool {
    let at = free_member()
    if at < 0 || piped && pipe(fds) < 0 {
        if at >= 0 {
            eprintln("{name}: {line_number}: Pipe call failed")
        }
        return false
    }
    let alone = jobs[j].pgid == 0 && !piped
    let pid = fork_member()
    if pid == 0 {
        join_job(jobs[j].pgid, background)
        become(list, next, fds, alone && !background)
    }
    close_input(next)
    if piped {
        close((*fds)[1])
    }
    if pid < 0 {
        eprintln("{name}: {line_number}: Cannot fork")
        return false
    }
    add_member(at, j, pid)
    return true
}

# Closes the read end of a pipe; 0 is none.
fn close_input(fd: int) {
    if fd != 0 {
        close(fd)
    }
}

# In a child: takes its ends of the pipes, redirects, becomes the command. Does not return.
fn become(list: [Token], next: int, fds: *[int; 2], expanded: bool) {
    move(next, 0)
    if (*fds)[1] != 1 {
        close((*fds)[0])
        move((*fds)[1], 1)
    }
    if next_of(list, 0, Kind.And, Kind.Or) < len(list) {
        run_and_or(list, false)
        exit(status)
    }
    if !expanded && !expand_command(list) || !redirect(list, false) {
        exit(2)
    }
    for i in 0..n_assigned {
        set_variable(assigned[i].name, assigned[i].value)
        export_variable(assigned[i].name)
    }
    if n_fields == 0 {
        exit(0)
    }
    let argv = fields[0..n_fields]
    if is_builtin(argv[0]) {
        run_builtin(argv)
        exit(status)
    }
    become_program(argv, "")
}

# Does the redirections of a command in turn; false, after a complaint, if one fails. With `save`, what they replace can
# be had back.
fn redirect(list: [Token], save: bool) -> bool {
    for i in 0..len(list) {
        if is_redirection(list[i].kind) {
            let operand = expand_to_one(list[i + 1].text)
            if save && !save_descriptor(list[i].fd) || failed_words || !redirect_one(&list[i], operand) {
                return false
            }
        }
    }
    return true
}

# Keeps a copy of a descriptor, out of the way.
fn save_descriptor(fd: int) -> bool {
    if n_saved == len(saved) {
        eprintln("{name}: {line_number}: too many redirections")
        return false
    }
    saved[n_saved] = Saved(fd: fd, copy: fcntl(fd, F_DUPFD_CLOEXEC, 10))
    n_saved += 1
    return true
}

# Does one redirection.
fn redirect_one(token: *Token, operand: str) -> bool {
    match token.kind {
        Kind.Less => return open_as(token.fd, operand, O_RDONLY, "open")
        Kind.Great => return open_as(token.fd, operand, O_WRONLY | O_CREAT | O_TRUNC, "create")
        Kind.Append => return open_as(token.fd, operand, O_WRONLY | O_CREAT | O_APPEND, "create")
        Kind.Both => return open_as(token.fd, operand, O_RDWR | O_CREAT, "create")
        _ => return duplicate(token.fd, operand)
    }
}

# Makes the file at `path` the descriptor `to`.
fn open_as(to: int, path: str, flags: int, verb: str) -> bool {
    let fd = open(path, flags, 0o666)
    if fd < 0 {
        let why = strerror(fd)
        if fd == -ENOENT && verb == "open" {
            why = "No such file"
        } else if fd == -ENOENT {
            why = "Directory nonexistent"
        }
        eprintln("{name}: {line_number}: cannot {verb} {path}: {why}")
        return false
    }
    move(fd, to)
    return true
}

# Makes `to` what the descriptor `operand` is, or closes it for `-`.
fn duplicate(to: int, operand: str) -> bool {
    let fd = 0
    if operand == "-" {
        close(to)
        return true
    }
    if !parse_int(operand, &fd) {
        eprintln("{name}: {line_number}: Syntax error: Bad fd number")
        return false
    }
    let r = dup2(fd, to)
    if r < 0 {
        eprintln("{name}: {line_number}: {fd}: {strerror(r)}")
        return false
    }
    return true
}

# Reads a command, which may take several lines; false at the end of the input.
fn read_list() -> bool {
    n_line = 0
    loop {
        let n = next_line(line[n_line..])
        if n <= 0 && n_line == 0 {
            return false
        }
        if n > 0 {
            n_line += n
            line_number += 1
        }
        if n_line == len(line) && line[n_line - 1] != '\n' {
            eprintln("{name}: {line_number}: line too long")
            n_tokens = 0
            fatal(2)
            return true
        }
        if read_tokens(n <= 0 || source < 0 && len(given) == 0) != Reading.GoesOn {
            return true
        }
    }
}

# Reads a line, with its newline, into `room`; 0 at the end.
fn next_line(room: [byte]) -> int {
    if interactive {
        if n_line == 0 {
            eprint("$ ")
        } else {
            eprint("> ")
        }
        return read(0, room)
    }
    if source == 0 {
        return getline(0, room)
    }
    let n = 0
    while n < len(room) && more_input() {
        room[n] = take_input()
        n += 1
        if room[n - 1] == '\n' {
            break
        }
    }
    return n
}

# Whether there is a byte more of the given text or of the script, which is read by blocks.
fn more_input() -> bool {
    if source < 0 {
        return len(given) > 0
    }
    if input_from == input_to {
        input_from = 0
        input_to = max(read(source, input), 0)
    }
    return input_from < input_to
}

# Takes that byte.
fn take_input() -> byte {
    if source < 0 {
        let c = given[0]
        given = given[1..]
        return c
    }
    input_from += 1
    return input[input_from - 1]
}

# Makes a script the source of lines, out of the way of the descriptors that commands use.
fn open_script(path: str) {
    let fd = open(path)
    if fd < 0 {
        eprintln("{name}: 0: cannot open {path}: No such file")
        exit(2)
    }
    name = path
    source = fcntl(fd, F_DUPFD_CLOEXEC, 10)
    close(fd)
}

# Takes the options; answers the index of the first operand.
fn take_options() -> int {
    let next = 1
    let wants_text = false
    while next < len(args) && len(args[next]) > 1 && args[next][0] == '-' {
        for c in args[next][1..] {
            match c {
                'c' => wants_text = true
                'e' => exit_on_error = true
                'i' => interactive = true
                _ => {
                    eprintln("{name}: 0: Illegal option -{c:c}")
                    exit(2)
                }
            }
        }
        next += 1
    }
    if !wants_text {
        return next
    }
    if next == len(args) {
        eprintln("{name}: 0: -c requires an argument")
        exit(2)
    }
    given = args[next]
    source = -1
    if next + 1 < len(args) {
        name = args[next + 1]
    }
    return next + 1
}

name = "sh"
shell_pid = getpid()
let operand = take_options()
if source == 0 && operand < len(args) {
    open_script(args[operand])
}
params = args[min(operand + 1, len(args))..]
interactive = source == 0 && (interactive || isatty(0))
if interactive {
    begin_job_control()
}
while read_list() {
    run_list()
    notice_jobs()
}
quit(status)
