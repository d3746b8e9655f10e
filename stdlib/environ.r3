# The environment (environ(7)): texts NAME=value that exec hands on, in a table.
#
# The kernel lays the first table out on the stack. What is set later lies in memory of malloc; the first change that
# needs room moves the table there, too.

# The table: C strings, nil behind the last one. `_start` sets it.
let environ: **byte

# How many entries the table at `environ` has room for, if it is this module's.
let environ_room: int

# getenv(3): the value of a variable; `missing` if there is none of that name.
fn getenv(name: str, missing: str = "") -> str {
    let at = environ_index(name)
    if environ == nil || environ[at] == nil {
        return missing
    }
    return from_c(environ[at] + len(name) + 1)
}

# Whether there is a variable of that name.
fn hasenv(name: str) -> bool {
    return environ != nil && environ[environ_index(name)] != nil
}

# setenv(3): gives a variable a value; 0, -EINVAL for a name that is none, -ENOMEM.
fn setenv(name: str, value: str, overwrite: bool = true) -> int {
    if len(name) == 0 || index_of(name, '=') >= 0 {
        return -EINVAL
    }
    let at = environ_index(name)
    let is_new = environ == nil || environ[at] == nil
    if !is_new && !overwrite {
        return 0
    }
    let text = malloc(len(name) + len(value) + 2)
    if text == nil || is_new && !environ_grow(at) {
        free(text)
        return -ENOMEM
    }
    memcpy(text, address(name), len(name))
    text[len(name)] = '='
    memcpy(text + len(name) + 1, address(value), len(value))
    text[len(name) + 1 + len(value)] = 0
    environ[at] = text
    return 0
}

# unsetenv(3): takes a variable out; 0, or -EINVAL for a name that is none.
fn unsetenv(name: str) -> int {
    if len(name) == 0 || index_of(name, '=') >= 0 {
        return -EINVAL
    }
    if !hasenv(name) {
        return 0
    }
    let at = environ_index(name)
    loop {
        environ[at] = environ[at + 1]
        if environ[at] == nil {
            return 0
        }
        at += 1
    }
}

# Where in the table the variable stands; where the table ends if there is none.
fn environ_index(name: str) -> int {
    let at = 0
    while environ != nil && environ[at] != nil && !names_variable(environ[at], name) {
        at += 1
    }
    return at
}

# Whether the C string at `text` is NAME=something.
fn names_variable(text: *byte, name: str) -> bool {
    for i in 0..len(name) {
        if text[i] != name[i] {
            return false
        }
    }
    return text[len(name)] == '='
}

# Makes room for one entry more behind `count` of them; false if there is no memory.
fn environ_grow(count: int) -> bool {
    if count + 2 > environ_room {
        let room = 2 * count + 16
        let table = malloc(room * sizeof(*byte)) as **byte
        if table == nil {
            return false
        }
        for i in 0..count {
            table[i] = environ[i]
        }
        if environ_room > 0 {
            free(environ as *byte)
        }
        environ = table
        environ_room = room
    }
    environ[count + 1] = nil
    return true
}
