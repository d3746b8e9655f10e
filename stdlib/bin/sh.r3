# sh(1): the shell. Runs commands, pipelines and lists, in the manner of dash.
#
# Linux: dash reads a line to its end before it runs any of it. Here: a pipeline is read, then run, then the next one is
# read, because $? can then be a number in the text; so an error is told after what stands before it has run.

use shell_syntax

# Where lines come from.
let source = 0

# Children that nobody waits for.
let in_background = 0

# Runs a text of one or more lines.
fn run_text(line: str) {
    let at = 0
    let end = Kind.Newline
    while at < len(line) {
        if end == Kind.Newline {
            line_number += 1
        }
        let skip = end == Kind.And && status != 0 || end == Kind.Or && status == 0
        let joined = end == Kind.And || end == Kind.Or
        at = read_pipeline(line, at, &end)
        if !well_formed(end) {
            return
        }
        if n_tokens == 0 && (joined || end != Kind.Newline && end != Kind.End) {
            unexpected_end(end)
            return
        }
        if n_tokens > 0 && !skip {
            run_pipeline(end == Kind.Background)
        }
    }
}

# Runs the pipeline: a built-in command by itself in this process, anything else in children.
fn run_pipeline(background: bool) {
    let first = command_end(0)
    if first == n_tokens && !background && run_builtin(tokens[0..first]) {
        return
    }
    let pids: [int; 64]
    let n = start_commands(pids, background)
    if background {
        in_background += n
        status = 0
        return
    }
    for pid in pids[0..n] {
        let word = 0
        waitpid(pid, &word)
        status = shell_status(word)
        report(word)
    }
}

# Where the command that begins at token `from` ends.
fn command_end(from: int) -> int {
    let to = from
    while to < n_tokens && tokens[to].kind != Kind.Pipe {
        to += 1
    }
    return to
}

# Starts a child for each command, with a pipe between each and the next; their pids into `pids`.
fn start_commands(pids: [int], background: bool) -> int {
    let n = 0
    let from = 0
    let input = 0
    while from < n_tokens && n < len(pids) {
        let to = command_end(from)
        let fds = [0, 1]
        if to < n_tokens && pipe(&fds) < 0 {
            eprintln("{name}: {line_number}: Pipe call failed")
            break
        }
        let pid = fork()
        if pid == 0 {
            become(tokens[from..to], input, &fds, background && from == 0)
        }
        if input != 0 {
            close(input)
        }
        if to < n_tokens {
            close(fds[1])
            input = fds[0]
        }
        if pid < 0 {
            eprintln("{name}: {line_number}: Cannot fork")
            break
        }
        pids[n] = pid
        n += 1
        from = to + 1
    }
    return n
}

# In a child: takes its ends of the pipes, redirects, becomes the command. Does not return.
fn become(command: [Token], input: int, fds: *[int; 2], silent: bool) {
    if silent && !interactive {
        move(open("/dev/null"), 0)
    }
    if input != 0 {
        move(input, 0)
    }
    if (*fds)[1] != 1 {
        close((*fds)[0])
        move((*fds)[1], 1)
    }
    redirect(command)
    if run_builtin(command) {
        exit(status)
    }
    let argv: [str; 128]
    let n = words(command, argv)
    if n == 0 {
        exit(0)
    }
    exec_in_path(argv[0..n])
}

# Gives an open file another descriptor.
fn move(fd: int, to: int) {
    if fd >= 0 && fd != to {
        dup2(fd, to)
        close(fd)
    }
}

# Opens the files of the redirections, in a child; one that fails ends it.
fn redirect(command: [Token]) {
    for i in 0..len(command) {
        let path = ""
        if i + 1 < len(command) {
            path = command[i + 1].text
        }
        match command[i].kind {
            Kind.Less => open_as(0, path, O_RDONLY, "open")
            Kind.Great => open_as(1, path, O_WRONLY | O_CREAT | O_TRUNC, "create")
            Kind.Append => open_as(1, path, O_WRONLY | O_CREAT | O_APPEND, "create")
            _ => {}
        }
    }
}

# Makes the file at `path` the descriptor `to`, or ends this child.
fn open_as(to: int, path: str, flags: int, verb: str) {
    let fd = open(path, flags, 0o666)
    if fd < 0 {
        let why = strerror(fd)
        if fd == -ENOENT && to == 0 {
            why = "No such file"
        }
        eprintln("{name}: {line_number}: cannot {verb} {path}: {why}")
        exit(2)
    }
    move(fd, to)
}

# The words of a command, without its redirections, into `argv`; answers their number.
fn words(command: [Token], argv: [str]) -> int {
    let n = 0
    for i in 0..len(command) {
        let operand = i > 0 && command[i - 1].kind != Kind.Word
        if command[i].kind == Kind.Word && !operand {
            argv[n] = command[i].text
            n += 1
        }
    }
    return n
}

# Becomes the program argv[0], found in /bin or /sbin unless it has a slash. Does not return.
fn exec_in_path(argv: [str]) {
    let file = argv[0]
    let r = -ENOENT
    if index_of(file, '/') >= 0 {
        r = exec(file, argv)
    } else {
        r = exec_in("/bin", argv)
        if r == -ENOENT {
            r = exec_in("/sbin", argv)
        }
    }
    if r == -ENOENT || r == -ENOTDIR {
        eprintln("{name}: {line_number}: {file}: not found")
        exit(127)
    }
    eprintln("{name}: {line_number}: {file}: {strerror(r)}")
    exit(126)
}

# exec of argv[0] in a directory; returns only if it failed.
fn exec_in(directory: str, argv: [str]) -> int {
    let path: [byte; 512]
    let n = format(path, "{directory}/{argv[0]}")
    return exec(path[0..n] as str, argv)
}

# Runs a command that the shell itself has to run: cd, exit, wait. False if this is none.
fn run_builtin(command: [Token]) -> bool {
    let argv: [str; 128]
    let n = words(command, argv)
    if n == 0 {
        return false
    }
    match argv[0] {
        "cd" => change_directory(argv[1..n])
        "exit" => leave(argv[1..n])
        "wait" => wait_for_all()
        _ => return false
    }
    return true
}

# cd DIRECTORY; / if there is none.
fn change_directory(operands: [str]) {
    let path = "/"
    if len(operands) > 0 {
        path = operands[0]
    }
    status = 0
    if chdir(path) < 0 {
        eprintln("{name}: {line_number}: cd: can't cd to {path}")
        status = 2
    }
}

# exit STATUS; that of the last pipeline if there is none.
fn leave(operands: [str]) {
    if len(operands) > 0 && (!parse_int(operands[0], &status) || status < 0) {
        eprintln("{name}: {line_number}: exit: Illegal number: {operands[0]}")
        exit(2)
    }
    exit(status)
}

# wait: for every child in the background.
fn wait_for_all() {
    while wait() > 0 {
    }
    in_background = 0
    status = 0
}

# Reaps the children in the background that have ended.
fn reap_background() {
    while in_background > 0 && waitpid(-1, nil, WNOHANG) > 0 {
        in_background -= 1
    }
}

# Tells which signal ended a child, unless it is one that a person or a closed pipe sends every day.
fn report(word: int) {
    if !WIFSIGNALED(word) || WTERMSIG(word) == SIGINT || WTERMSIG(word) == SIGPIPE {
        return
    }
    let core = ""
    if WCOREDUMP(word) {
        core = " (core dumped)"
    }
    eprintln("{strsignal(WTERMSIG(word))}{core}")
}

# Reads a line into `line`: from a terminal in one read(2), from elsewhere without what follows it.
fn next_line(line: [byte]) -> int {
    if interactive {
        eprint("$ ")
        return read(source, line)
    }
    return getline(source, line)
}

# Runs lines until the source ends.
fn run_lines() {
    let line: [byte; 4096]
    loop {
        let n = next_line(line)
        if n <= 0 {
            break
        }
        run_text(line[0..n] as str)
        reap_background()
    }
    exit(status)
}

# Makes a script the source of lines, out of the way of the descriptors that commands use.
fn open_script(path: str) {
    let fd = open(path, O_RDONLY | O_CLOEXEC)
    if fd < 0 {
        eprintln("{name}: 0: cannot open {path}: No such file")
        exit(2)
    }
    name = path
    source = fd
}

name = "sh"
if len(args) > 1 && args[1] == "-c" {
    if len(args) < 3 {
        eprintln("sh: 0: -c requires an argument")
        exit(2)
    }
    run_text(args[2])
    exit(status)
}
if len(args) > 1 {
    open_script(args[1])
}
interactive = source == 0 && isatty(0)
run_lines()
