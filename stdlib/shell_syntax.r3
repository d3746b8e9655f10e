# The shell's language: a pipeline at a time, from text to tokens.
#
#   list      pipeline { ; or & or && or || or newline  pipeline }
#   pipeline  command { | command }
#   command   words, quoted with ' " \, with $? and $$; < FILE, > FILE, >> FILE; # begins a comment
#
# The errors are in dash's words.

enum Kind { Word, Pipe, Less, Great, Append, Semicolon, Newline, Background, And, Or, End }

struct Token {
    kind: Kind
    text: str
}

# How this shell calls itself in messages, and where it is.
let name: str
let line_number: int

# Whether a person types the lines: then an error does not end the shell.
let interactive: bool

# The status of the last pipeline: $?.
let status: int

# The pipeline under way: its tokens, and the bytes of its words without their quotes.
let tokens: [Token; 128]
let n_tokens: int
let text: [byte; 4096]
let n_text: int

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
        '|' => return Kind.Pipe
        '<' => return Kind.Less
        '>' => return Kind.Great
        '&' => return Kind.Background
        ';' => return Kind.Semicolon
        _ => return Kind.Newline
    }
}

# Whether a pipeline ends there.
fn ends_pipeline(kind: Kind) -> bool {
    match kind {
        Kind.Word | Kind.Pipe | Kind.Less | Kind.Great | Kind.Append => return false
        Kind.Semicolon | Kind.Newline | Kind.Background | Kind.And | Kind.Or | Kind.End => return true
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
        if quote == 0 && (c == '(' || c == ')') {
            unexpected(line[next..next + 1])
            return len(line)
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
        '?' => add_number(status)
        '$' => add_number(getpid())
        _ => {
            let next = at
            while next < len(line) && is_name(line[next]) {
                next += 1
            }
            if next == at {
                add_byte('$')
            }
            return next
        }
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
            Kind.Word => wanted = false
            Kind.Pipe => {
                if wanted {
                    unexpected(tokens[i].text)
                    return false
                }
                wanted = true
            }
            _ => {
                if i + 1 == n_tokens {
                    break
                }
                if tokens[i + 1].kind != Kind.Word {
                    unexpected(tokens[i + 1].text)
                    return false
                }
            }
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
        Kind.Semicolon => unexpected(";")
        Kind.Background => unexpected("&")
        Kind.And => unexpected("&&")
        Kind.Or => unexpected("||")
        Kind.Newline => syntax_error("newline unexpected")
        _ => syntax_error("end of file unexpected")
    }
}
