# What a shell knows of itself; every part of it sees this.

# How it calls itself in messages, and the line that it is at.
let name: str
let line_number: int

# Whether a person types the lines: then an error does not end the shell.
let interactive: bool

# $?, $$, $!, and $1 and those behind it.
let status: int
let shell_pid: int
let last_background: int
let params: [str]

# set -e: the shell ends with the first list that fails.
let exit_on_error: bool

# What no shell survives unless a person sits before it.
fn fatal(code: int) {
    status = code
    if !interactive {
        exit(code)
    }
}

# Whether a byte can stand in the name of a variable.
fn is_name(c: byte) -> bool {
    return is_digit(c) || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

# How many bytes at the front of `s` are the name of a variable; 0 if it begins with none.
fn name_length(s: str) -> int {
    let n = 0
    if len(s) > 0 && is_digit(s[0]) {
        return 0
    }
    while n < len(s) && is_name(s[n]) {
        n += 1
    }
    return n
}
