# From the words of a command to its arguments: quotes come off, $NAME becomes a value, * becomes the names of files.
#
# While a field is made, a byte that was quoted and would mean something to a pattern stands behind a backslash; the
# backslashes go when the field is done.

use shell
use shell_syntax
use shell_pattern

# A variable that is not in the environment; those that are exported live there.
struct Variable {
    name: str
    value: str
}
let variables: [Variable; 64]
let n_variables: int

# What came of a command: its arguments, and the assignments before them.
let fields: [str; 512]
let n_fields: int
let assigned: [Variable; 32]
let n_assigned: int

# The bytes of both.
let text: [byte; 8192]
let n_text: int

# Whether something did not fit, or a substitution is none; it was said already.
let failed_words: bool

# The field under way: where it begins in `text`, whether it is a pattern, and whether it counts even if it is empty.
let field: int
let is_pattern: bool
let counts: bool

# Says why the words of a command came to nothing.
fn bad_words(why: str) {
    if !failed_words {
        eprintln("{name}: {line_number}: {why}")
    }
    failed_words = true
    n_fields = 0
    n_assigned = 0
}

# The value of a variable; "" if there is none.
fn get_variable(name: str) -> str {
    for i in 0..n_variables {
        if variables[i].name == name {
            return variables[i].value
        }
    }
    return getenv(name)
}

# Sets a variable; one that is exported stays so.
fn set_variable(name: str, value: str) {
    if hasenv(name) {
        must(setenv(name, value))
        return
    }
    let at = 0
    while at < n_variables && variables[at].name != name {
        at += 1
    }
    if at == len(variables) {
        bad_words("too many variables")
        return
    }
    if at == n_variables {
        variables[at].name = copied(name)
        variables[at].value = ""
        n_variables += 1
    }
    free(address(variables[at].value))
    variables[at].value = copied(value)
}

# Forgets a variable.
fn unset_variable(name: str) {
    unsetenv(name)
    forget_variable(name)
}

# Forgets a variable that is not in the environment.
fn forget_variable(name: str) {
    for i in 0..n_variables {
        if variables[i].name == name {
            free(address(variables[i].name))
            free(address(variables[i].value))
            n_variables -= 1
            variables[i] = variables[n_variables]
            return
        }
    }
}

# Puts a variable into the environment.
fn export_variable(name: str) {
    must(setenv(name, get_variable(name), overwrite: false))
    forget_variable(name)
}

# A copy in memory of malloc; "" needs none.
fn copied(s: str) -> str {
    if len(s) == 0 {
        return ""
    }
    let p = malloc(len(s))
    if p == nil {
        eprintln("{name}: {line_number}: Out of space")
        exit(2)
    }
    memcpy(p, address(s), len(s))
    return p[0..len(s)] as str
}

# Makes the arguments and assignments of a command; false if that failed.
fn expand_command(command: [Token]) -> bool {
    n_text = 0
    n_fields = 0
    n_assigned = 0
    failed_words = false
    for i in 0..len(command) {
        let operand = i > 0 && is_redirection(command[i - 1].kind)
        if command[i].kind == Kind.Word && !operand {
            let raw = command[i].text
            let n = name_length(raw)
            if n_fields == 0 && n > 0 && n < len(raw) && raw[n] == '=' {
                add_assignment(raw[..n], raw[n + 1..])
            } else {
                expand_word(raw, true)
            }
        }
    }
    return !failed_words
}

# Notes an assignment.
fn add_assignment(name: str, raw: str) {
    if n_assigned == len(assigned) {
        bad_words("too many assignments")
        return
    }
    assigned[n_assigned] = Variable(name: name, value: expand_to_one(raw))
    n_assigned += 1
}

# Expands a word that is one field whatever stands in it: a value, or the file of a redirection.
fn expand_to_one(raw: str) -> str {
    let from = n_text
    expand_word(raw, false)
    if failed_words {
        return ""
    }
    return text[from..n_text] as str
}

# Expands a word: into fields if `splits`, else into the end of `text`.
fn expand_word(raw: str, splits: bool) {
    let quote: byte = 0
    let at = 0
    begin_field()
    while at < len(raw) {
        let c = raw[at]
        at += 1
        if c == quote {
            quote = 0
        } else if quote == 0 && (c == '\'' || c == '"') {
            quote = c
            counts = true
        } else if c == '\\' && quote != '\'' {
            at += put_escaped(raw[at..], quote)
        } else if c == '$' && quote != '\'' {
            at += expand_dollar(raw[at..], quote != 0, splits)
        } else {
            put(c, quote != 0)
        }
    }
    end_field(splits)
}

# Adds what a backslash protects; answers how many bytes that is. In double quotes it protects few.
fn put_escaped(s: str, quote: byte) -> int {
    if len(s) == 0 || quote == '"' && index_of("\"\\$`\n", s[0]) < 0 {
        put('\\', true)
        return 0
    }
    if s[0] != '\n' {
        counts = true
        put(s[0], true)
    }
    return 1
}

# Begins a field.
fn begin_field() {
    field = n_text
    is_pattern = false
    counts = false
}

# Ends a field; an empty one counts only if something in it was quoted.
fn end_field(splits: bool) {
    if !splits {
        n_text = field + unescape(text[field..n_text])
        return
    }
    if n_text == field && !counts {
        return
    }
    if is_pattern {
        let before = n_fields
        find_paths(text[field..n_text] as str)
        if n_fields > before {
            sort(fields[before..n_fields])
            return
        }
    }
    let n = unescape(text[field..n_text])
    add_field(text[field..field + n] as str)
}

# Adds an argument.
fn add_field(s: str) {
    if n_fields == len(fields) {
        bad_words("too many arguments")
        return
    }
    fields[n_fields] = s
    n_fields += 1
}

# Adds a path that a pattern matches, in bytes of its own.
fn add_path(path: str) {
    let from = n_text
    for c in path {
        put_byte(c)
    }
    if !failed_words {
        add_field(text[from..n_text] as str)
    }
}

# Adds a byte to the field.
fn put(c: byte, quoted: bool) {
    let special = c == '*' || c == '?' || c == '['
    if c == '\\' || quoted && special {
        put_byte('\\')
    } else if special {
        is_pattern = true
    }
    put_byte(c)
}

# Adds a byte as it is.
fn put_byte(c: byte) {
    if n_text == len(text) {
        bad_words("arguments too long")
        n_text = field
    }
    text[n_text] = c
    n_text += 1
}

# Adds a value; unquoted it is cut into fields at its blanks.
fn put_value(value: str, quoted: bool, splits: bool) {
    for c in value {
        if splits && !quoted && (c == ' ' || c == '\t' || c == '\n') {
            end_field(true)
            begin_field()
        } else {
            put(c, quoted)
        }
    }
}

# Adds a number.
fn put_number(n: int) {
    let digits: [byte; 24]
    for i in 0..format(digits, "{n}") {
        put_byte(digits[i])
    }
}

# Adds what stands for the parameter whose name is at the front of `s`; answers the size of the name.
fn expand_dollar(s: str, quoted: bool, splits: bool) -> int {
    if len(s) > 0 && s[0] == '{' {
        let size = index_of(s, '}')
        let name = s[1..size]
        if len(name) == 0 || put_parameter(name, quoted, splits) != len(name) {
            bad_words("Bad substitution")
            fatal(2)
        }
        return size + 1
    }
    let size = 0
    if len(s) > 0 && is_digit(s[0]) {
        size = put_parameter(s[..1], quoted, splits)
    } else {
        size = put_parameter(s, quoted, splits)
    }
    if size == 0 {
        put('$', true)
    }
    return size
}

# Adds the value of the parameter whose name is at the front of `s`; answers the size of that, 0 if there is none.
fn put_parameter(s: str, quoted: bool, splits: bool) -> int {
    let n = name_length(s)
    if n > 0 {
        put_value(get_variable(s[..n]), quoted, splits)
        return n
    }
    if len(s) == 0 {
        return 0
    }
    match s[0] {
        '?' => put_number(status)
        '$' => put_number(shell_pid)
        '#' => put_number(len(params))
        '!' => {
            if last_background > 0 {
                put_number(last_background)
            }
        }
        '@' | '*' => put_params(quoted && s[0] == '*', quoted, splits)
        _ => return put_numbered(s, quoted, splits)
    }
    return 1
}

# Adds $1 and those behind it: joined by blanks, or each as a field of its own.
fn put_params(joined: bool, quoted: bool, splits: bool) {
    if len(params) == 0 && n_text == field && !joined {
        counts = false
    }
    for i in 0..len(params) {
        if i > 0 && (joined || !splits) {
            put(' ', true)
        } else if i > 0 {
            end_field(true)
            begin_field()
            counts = quoted
        }
        put_value(params[i], quoted, splits)
    }
}

# Adds $0, $1, … ; answers the size of the number, 0 if `s` begins with none.
fn put_numbered(s: str, quoted: bool, splits: bool) -> int {
    let size = 0
    let number = 0
    while size < len(s) && size < 9 && is_digit(s[size]) {
        number = number * 10 + (s[size] - '0')
        size += 1
    }
    if size > 0 && number == 0 {
        put_value(name, quoted, splits)
    } else if size > 0 && number <= len(params) {
        put_value(params[number - 1], quoted, splits)
    }
    return size
}
