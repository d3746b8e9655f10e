# Patterns of the shell: * any text, ? any byte, [a-z] one of these, \ takes the meaning of the next byte away (glob(7)).

use dir
use shell_words

# Adds each path that matches the pattern, as a field (glob(3)).
fn find_paths(pattern: str) {
    let path: [byte; 1024]
    find_below(path, 0, pattern)
}

# Adds the paths that begin with the first `size` bytes of `path` and go on as `pattern` says.
fn find_below(path: [byte], size: int, pattern: str) {
    let n = size
    let rest = pattern
    while len(rest) > 0 && rest[0] == '/' && n < len(path) {
        path[n] = '/'
        n += 1
        rest = rest[1..]
    }
    let to = index_of(rest, '/')
    if to < 0 {
        to = len(rest)
    }
    if index_of(rest[..to], '*') >= 0 || index_of(rest[..to], '?') >= 0 || index_of(rest[..to], '[') >= 0 {
        find_matches(path, n, rest[..to], rest[to..])
        return
    }
    let part = n
    n += format(path[n..], "{rest[..to]}")
    n = part + unescape(path[part..n])
    find_rest(path, n, rest[to..])
}

# Adds those that begin with a name in the directory `path` that matches `part`.
fn find_matches(path: [byte], size: int, part: str, rest: str) {
    let dir: Dir
    let from = "."
    if size > 0 {
        from = path[0..size] as str
    }
    if open_dir(&dir, from) < 0 {
        return
    }
    loop {
        let entry = next_entry(&dir)
        if entry == nil {
            break
        }
        let found = name_of(entry)
        if (found[0] != '.' || part[0] == '.') && matches(part, found) {
            let n = size + format(path[size..], "{found}")
            find_rest(path, n, rest)
        }
    }
    close_dir(&dir)
}

# Adds the path if it is whole and leads somewhere, else those that go on behind it.
fn find_rest(path: [byte], size: int, rest: str) {
    if len(rest) > 0 && size < len(path) {
        find_below(path, size, rest)
        return
    }
    let st: Stat
    if stat(path[0..size] as str, &st) == 0 {
        add_path(path[0..size] as str)
    }
}

# Whether a text is what a pattern describes (fnmatch(3)).
fn matches(pattern: str, s: str) -> bool {
    let p = 0
    let i = 0
    let star = -1
    let again = 0
    while i < len(s) {
        let size = 0
        if p < len(pattern) && pattern[p] == '*' {
            star = p
            again = i
            p += 1
            continue
        }
        if p < len(pattern) {
            size = matches_byte(pattern[p..], s[i])
        }
        if size > 0 {
            p += size
            i += 1
        } else if star >= 0 {
            again += 1
            i = again
            p = star + 1
        } else {
            return false
        }
    }
    while p < len(pattern) && pattern[p] == '*' {
        p += 1
    }
    return p == len(pattern)
}

# The size of what stands for `c` at the front of a pattern; 0 if that does not.
fn matches_byte(pattern: str, c: byte) -> int {
    if pattern[0] == '?' {
        return 1
    }
    if pattern[0] == '[' {
        let size = bracket_size(pattern)
        if size > 0 {
            return size * in_bracket(pattern[1..size - 1], c) as int
        }
    }
    if pattern[0] == '\\' && len(pattern) > 1 {
        return 2 * (pattern[1] == c) as int
    }
    return (pattern[0] == c) as int
}

# The size of a bracket with its ends; 0 if it is not closed.
fn bracket_size(pattern: str) -> int {
    for i in 2..len(pattern) {
        if pattern[i] == ']' && !(i == 2 && pattern[1] == '!') {
            return i + 1
        }
    }
    return 0
}

# Whether a byte is in a set such as a-z_ or !0-9.
fn in_bracket(set: str, c: byte) -> bool {
    let inverted = set[0] == '!'
    let at = inverted as int
    let found = false
    while at < len(set) {
        if at + 2 < len(set) && set[at + 1] == '-' {
            found = found || set[at] <= c && c <= set[at + 2]
            at += 3
        } else {
            found = found || set[at] == c
            at += 1
        }
    }
    return found != inverted
}

# Takes the backslashes off a text, in place; answers its new size.
fn unescape(s: [byte]) -> int {
    let n = 0
    let i = 0
    while i < len(s) {
        if s[i] == '\\' && i + 1 < len(s) {
            i += 1
        }
        s[n] = s[i]
        n += 1
        i += 1
    }
    return n
}
