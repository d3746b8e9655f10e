# sh(1): the shell. Commands, pipelines and lists, in the manner and the words of dash.
#
#   list      pipeline { ; or & or && or || or newline  pipeline }
#   pipeline  command { | command }
#   command   words, quoted with ' " \, with $? and $$; < FILE, > FILE, >> FILE; # begins a comment
#
# A pipeline is read, then run, then the next one is read, so that $? is what it is at that moment.

enum Kind { Word, Pipe, Less, Great, Append, Semicolon, Newline, Background, And, Or, End }

struct Token {
    kind: Kind,
    text: str,
}

# How this shell calls itself in messages, and where it is.
let name = "sh"
let line_number = 0

# Where lines come from, and whether a person types them.
let source = 0
let interactive = false

# The status of the last pipeline: $?.
let status = 0

# The pipeline under way: its tokens, and the bytes of its words without their quotes.
let tokens: [Token; 128]
let n_tokens = 0
let text: [byte; 4096]
let n_text = 0

# Children that nobody waits for.
let in_background = 0

# Says what is wrong with the line.
fn syntax_error(what: str) {
    eprintln("{name}: {line_number}: Syntax error: {what}")
    n_tokens = 0
    status = 2
    if !interactive {
        exit(2)
    }
}

# Adds a token to the pipeline.
fn add_token(kind: Kind, word: str) {
    if n_tokens == len(tokens) {
        eprintln("{name}: {line_number}: too many words")
        exit(2)
    }
    tokens[n_tokens] = Token(kind: kind, text: word)
    n_tokens += 1
}

# Adds a byte to the word under way.
fn add_byte(c: byte) {
    if n_text == len(text) {
        eprintln("{name}: {line_number}: line too long")
        exit(2)
    }
    text[n_text] = c
    n_text += 1
}

# Whether a byte ends a word and is a token, or the first half of one.
fn is_operator(c: byte) -> bool {
    return index_of("|;&<>\n", c) >= 0
}

# Reads the pipeline of `line` that begins at `at`; answers where the next one begins, and in `end` what ended this.
fn read_pipeline(line: str, at: int, end: *Kind) -> int {
    let next = at
    n_tokens = 0
    n_text = 0
    *end = Kind.End
    while next < len(line) {
        let c = line[next]
        if c == ' ' || c == '\t' {
            next += 1
        } else if c == '#' {
            next = end_of_line(line, next)
        } else if is_operator(c) {
            let size = 1
            let kind = operator(line[next..], &size)
            next += size
            if ends_pipeline(kind) {
                *end = kind
                return next
            }
            add_token(kind, line[next - size..next])
        } else {
            next = read_word(line, next)
        }
    }
    return next
}

# Where the line that goes on at `at` ends.
fn end_of_line(line: str, at: int) -> int {
    let n = index_of(line[at..], '\n')
    if n < 0 {
        return len(line)
    }
    return at + n
}

# The operator that `s` begins with, and its size.
fn operator(s: str, size: *int) -> Kind {
    *size = 2
    if starts_with(s, "&&") {
        return Kind.And
    }
    if starts_with(s, "||") {
        return Kind.Or
    }
    if starts_with(s, ">>") {
        return Kind.Append
    }
    *size = 1
    match s[0] {
        '|' => return Kind.Pipe,
        '<' => return Kind.Less,
        '>' => return Kind.Great,
        '&' => return Kind.Background,
        ';' => return Kind.Semicolon,
        _ => return Kind.Newline,
    }
}

# Whether a pipeline ends there.
fn ends_pipeline(kind: Kind) -> bool {
    match kind {
        Kind.Word | Kind.Pipe | Kind.Less | Kind.Great | Kind.Append => return false,
        Kind.Semicolon | Kind.Newline | Kind.Background | Kind.And | Kind.Or | Kind.End => return true,
    }
}

# Reads the word at `at`, takes its quotes off, and answers where it ends.
fn read_word(line: str, at: int) -> int {
    let begin = n_text
    let next = at
    let quote: byte = 0
    let quoted = false
    while next < len(line) {
        let c = line[next]
        if quote == 0 && (c == ' ' || c == '\t' || is_operator(c)) {
            break
        }
        if c == quote {
            quote = 0
            next += 1
        } else if quote == 0 && (c == '\'' || c == '"') {
            quote = c
            quoted = true
            next += 1
        } else if c == '\\' && escapes(line, next, quote) {
            add_byte(line[next + 1])
            next += 2
        } else if c == '$' && quote != '\'' {
            next = expand(line, next + 1)
        } else {
            add_byte(c)
            next += 1
        }
    }
    if quote != 0 {
        syntax_error("Unterminated quoted string")
        return len(line)
    }
    if quoted || n_text > begin {
        add_token(Kind.Word, text[begin..n_text] as str)
    }
    return next
}

# Whether the backslash at `at` takes away the meaning of the byte behind it.
fn escapes(line: str, at: int, quote: byte) -> bool {
    if at + 1 == len(line) || quote == '\'' {
        return false
    }
    return quote == 0 || index_of("\"\\$`", line[at + 1]) >= 0
}

# Adds what stands for the parameter behind a dollar sign; answers where its name ends.
# Linux: a name is that of a variable. Here: $? and $$ only, any other is empty, because there is no environment.
fn expand(line: str, at: int) -> int {
    if at == len(line) {
        add_byte('$')
        return at
    }
    match line[at] {
        '?' => add_number(status),
        '$' => add_number(getpid()),
        _ => {
            let next = at
            while next < len(line) && is_name(line[next]) {
                next += 1
            }
            if next == at {
                add_byte('$')
            }
            return next
        },
    }
    return at + 1
}

# Whether a byte can stand in the name of a variable.
fn is_name(c: byte) -> bool {
    return is_digit(c) || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

# Adds the digits of a number to the word under way.
fn add_number(n: int) {
    let digits: [byte; 24]
    for i in 0..format(digits, "{n}") {
        add_byte(digits[i])
    }
}

# Whether the pipeline is well formed: words between the pipes, a word behind each redirection. Says so if not.
fn well_formed(end: Kind) -> bool {
    let wanted = true
    for i in 0..n_tokens {
        match tokens[i].kind {
            Kind.Word => wanted = false,
            Kind.Pipe => {
                if wanted {
                    unexpected(tokens[i].text)
                    return false
                }
                wanted = true
            },
            _ => {
                if i + 1 == n_tokens {
                    break
                }
                if tokens[i + 1].kind != Kind.Word {
                    unexpected(tokens[i + 1].text)
                    return false
                }
            },
        }
    }
    if n_tokens > 0 && (wanted || tokens[n_tokens - 1].kind != Kind.Word) {
        unexpected_end(end)
        return false
    }
    return true
}

# Complains about a token.
fn unexpected(token: str) {
    let what: [byte; 64]
    let n = format(what, "\"{token}\" unexpected")
    syntax_error(what[0..n] as str)
}

# Complains about where a pipeline ends.
fn unexpected_end(end: Kind) {
    match end {
        Kind.Semicolon => unexpected(";"),
        Kind.Background => unexpected("&"),
        Kind.And => unexpected("&&"),
        Kind.Or => unexpected("||"),
        Kind.Newline => syntax_error("newline unexpected"),
        _ => syntax_error("end of file unexpected"),
    }
}

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
            Kind.Less => open_as(0, path, O_RDONLY, "open"),
            Kind.Great => open_as(1, path, O_WRONLY | O_CREAT | O_TRUNC, "create"),
            Kind.Append => open_as(1, path, O_WRONLY | O_CREAT | O_APPEND, "create"),
            _ => {},
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
    let program = argv[0]
    let r = -ENOENT
    if index_of(program, '/') >= 0 {
        r = exec(program, argv)
    } else {
        r = exec_in("/bin", argv)
        if r == -ENOENT {
            r = exec_in("/sbin", argv)
        }
    }
    if r == -ENOENT || r == -ENOTDIR {
        eprintln("{name}: {line_number}: {program}: not found")
        exit(127)
    }
    eprintln("{name}: {line_number}: {program}: {strerror(r)}")
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
        "cd" => change_directory(argv[1..n]),
        "exit" => leave(argv[1..n]),
        "wait" => wait_for_all(),
        _ => return false,
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
