# The shell's language: from lines to tokens.
#
#   list      and-or { ; or & or newline  and-or }
#   and-or    pipeline { && or ||  pipeline }
#   pipeline  command { | command }
#   command   assignments NAME=VALUE, words, and redirections [N]< [N]> [N]>> [N]<> [N]>& [N]<&; # begins a comment
#
# Tokens are views of the lines: quotes and dollar signs stay in them until the command runs (shell_words.r3).
# The errors are in dash's words.
#
# Linux: a shell knows if, while, for, case, functions, subshells in parentheses and $(…), too. Here: none of these,
# because a pipeline is what shows processes at work.

use shell

enum Kind { Word, Pipe, Less, Great, Append, Both, DupIn, DupOut, Semicolon, Newline, Background, And, Or, End }

struct Token {
    kind: Kind
    fd: i32                       # of a redirection
    text: str
}

# What has been read of a command: as many lines as it takes.
let line: [byte; 4096]
let n_line: int

let tokens: [Token; 512]
let n_tokens: int

# How far reading came: the command is whole, goes on in the next line, or is wrong and was complained about.
enum Reading { Whole, GoesOn, Wrong }

# Says what is wrong with the command.
fn syntax_error(what: str) -> Reading {
    eprintln("{name}: {line_number}: Syntax error: {what}")
    n_tokens = 0
    fatal(2)
    return Reading.Wrong
}

# Complains about a token.
fn unexpected(token: str) -> Reading {
    let what: [byte; 64]
    if token == "\n" {
        return syntax_error("newline unexpected")
    }
    let n = format(what, "\"{token}\" unexpected")
    return syntax_error(what[0..n] as str)
}

# Adds a token; false if there is no room.
fn add_token(kind: Kind, fd: int, text: str) -> bool {
    if n_tokens == len(tokens) {
        eprintln("{name}: {line_number}: too many words")
        fatal(2)
        return false
    }
    tokens[n_tokens] = Token(kind: kind, fd: fd as i32, text: text)
    n_tokens += 1
    return true
}

# Whether a byte ends a word and is a token, or the first part of one.
fn is_operator(c: byte) -> bool {
    return index_of("|;&<>()\n", c) >= 0
}

# Makes tokens of the lines that were read. `is_last`: no further line can come.
fn read_tokens(is_last: bool) -> Reading {
    let text = line[0..n_line] as str
    let at = 0
    n_tokens = 0
    while at < len(text) {
        let c = text[at]
        if c == ' ' || c == '\t' {
            at += 1
        } else if c == '#' {
            while at < len(text) && text[at] != '\n' {
                at += 1
            }
        } else if starts_with(text[at..], "\\\n") {
            at += 2
            if at == len(text) && !is_last {
                return Reading.GoesOn
            }
        } else {
            let size = operator(text[at..])
            if size == 0 {
                size = word(text[at..], is_last)
            }
            if size == 0 {
                return Reading.GoesOn
            }
            if size < 0 {
                return Reading.Wrong
            }
            at += size
        }
    }
    return judge(is_last)
}

# Takes the operator at the front of `s`; answers its size, 0 if there is none, -1 if something is wrong.
fn operator(s: str) -> int {
    let digits = 0
    while digits < len(s) && digits < 9 && is_digit(s[digits]) {
        digits += 1
    }
    if digits == len(s) || digits > 0 && s[digits] != '<' && s[digits] != '>' || !is_operator(s[digits]) {
        return 0
    }
    let rest = s[digits..]
    let size = 1
    let kind = Kind.End
    if len(rest) > 1 {
        size = 2
        kind = long_operator(rest[..2])
    }
    if kind == Kind.End {
        size = 1
        kind = short_operator(rest[0])
    }
    if kind == Kind.End {
        unexpected(rest[..1])
        return -1
    }
    if kind == Kind.Newline && n_tokens > 0 && is_joint(tokens[n_tokens - 1].kind) {
        return 1
    }
    let fd = (kind == Kind.Great || kind == Kind.Append || kind == Kind.DupOut) as int
    if digits > 0 {
        parse_int(s[..digits], &fd)
    }
    if !add_token(kind, fd, rest[..size]) {
        return -1
    }
    return digits + size
}

# The operator of two bytes; End if it is none.
fn long_operator(s: str) -> Kind {
    match s {
        "&&" => return Kind.And
        "||" => return Kind.Or
        ">>" => return Kind.Append
        ">&" => return Kind.DupOut
        "<&" => return Kind.DupIn
        "<>" => return Kind.Both
        ">|" => return Kind.Great
        _ => return Kind.End
    }
}

# The operator of one byte; End for a parenthesis.
fn short_operator(c: byte) -> Kind {
    match c {
        '|' => return Kind.Pipe
        '<' => return Kind.Less
        '>' => return Kind.Great
        '&' => return Kind.Background
        ';' => return Kind.Semicolon
        '\n' => return Kind.Newline
        _ => return Kind.End
    }
}

# Takes the word at the front of `s`; answers its size, 0 if it goes on in the next line, -1 if something is wrong.
fn word(s: str, is_last: bool) -> int {
    let quote: byte = 0
    let at = 0
    while at < len(s) {
        let c = s[at]
        if quote == 0 && (c == ' ' || c == '\t' || is_operator(c)) {
            break
        }
        if c == '\\' && quote != '\'' {
            at += 1
            if at == len(s) - 1 && s[at] == '\n' && !is_last {
                return 0
            }
        } else if c == quote {
            quote = 0
        } else if quote == 0 && (c == '\'' || c == '"') {
            quote = c
        } else if c == '$' && quote != '\'' && at + 1 < len(s) && s[at + 1] == '{' {
            let size = index_of(s[at..], '}')
            if size < 0 {
                syntax_error("Missing '}}'")
                return -1
            }
            at += size
        }
        at += 1
    }
    if quote != 0 {
        if is_last {
            syntax_error("Unterminated quoted string")
            return -1
        }
        return 0
    }
    at = min(at, len(s))
    if !add_token(Kind.Word, 0, s[..at]) {
        return -1
    }
    return at
}

# Whether the tokens are a list: words between the operators, a word behind each redirection.
fn judge(is_last: bool) -> Reading {
    let has_command = false
    let joined = false
    for i in 0..n_tokens {
        let kind = tokens[i].kind
        if i > 0 && is_redirection(tokens[i - 1].kind) && kind != Kind.Word {
            return unexpected(tokens[i].text)
        }
        match kind {
            Kind.Word | Kind.Less | Kind.Great | Kind.Append | Kind.Both | Kind.DupIn | Kind.DupOut => {
                if !has_command && is_reserved(tokens[i].text) {
                    return unexpected(tokens[i].text)
                }
                has_command = true
                joined = false
            }
            Kind.Newline => has_command = false
            Kind.Pipe | Kind.And | Kind.Or | Kind.Semicolon | Kind.Background | Kind.End => {
                if !has_command {
                    return unexpected(tokens[i].text)
                }
                has_command = false
                joined = is_joint(kind)
            }
        }
    }
    if !joined && !(n_tokens > 0 && is_redirection(tokens[n_tokens - 1].kind)) {
        return Reading.Whole
    }
    if joined && !is_last {
        return Reading.GoesOn
    }
    return syntax_error("end of file unexpected")
}

# Whether a word begins what other shells know as a compound command.
fn is_reserved(word: str) -> bool {
    match word {
        "if" | "while" | "until" | "for" | "case" | "{{" | "!" => return true
        _ => return false
    }
}

# Whether a command has to follow, perhaps in the next line.
fn is_joint(kind: Kind) -> bool {
    return kind == Kind.Pipe || kind == Kind.And || kind == Kind.Or
}

# Whether a token redirects to the word behind it.
fn is_redirection(kind: Kind) -> bool {
    match kind {
        Kind.Less | Kind.Great | Kind.Append | Kind.Both | Kind.DupIn | Kind.DupOut => return true
        Kind.Word | Kind.Pipe | Kind.Semicolon | Kind.Newline | Kind.Background | Kind.And | Kind.Or | Kind.End => {
            return false
        }
    }
}
