# What tools that read text have in common: each operand as an open file, all of the input in memory.

# Bytes in memory of malloc.
struct Bytes {
    first: *byte
    size: int
    room: int
}

# Opens the file of that name for a program; `-` is standard input. A negative errno after a complaint.
fn open_input(name: str) -> int {
    if name == "-" {
        return 0
    }
    let fd = open(name)
    if fd < 0 {
        eprintln("{args[0]}: {name}: {strerror(fd)}")
    }
    return fd
}

# Adds all that an open file holds; a negative errno after a complaint.
fn read_to_end(all: *Bytes, fd: int, name: str) -> int {
    loop {
        if all.size == all.room {
            grow(all)
        }
        let n = read(fd, all.first[all.size..all.room])
        if n < 0 {
            eprintln("{args[0]}: {name}: {strerror(n)}")
        }
        if n <= 0 {
            return n
        }
        all.size += n
    }
}

# Makes more room, or ends the program.
fn grow(all: *Bytes) {
    all.room = max(2 * all.room, 4096)
    all.first = realloc(all.first, all.room)
    if all.first == nil {
        eprintln("{args[0]}: memory exhausted")
        exit(2)
    }
}

# The lines of a text, without their newlines, in memory of malloc.
fn lines_of(text: [byte]) -> [str] {
    let count = 0
    for c in text {
        count += (c == '\n') as int
    }
    let lines = malloc((count + 1) * sizeof(str)) as *str
    if lines == nil {
        eprintln("{args[0]}: memory exhausted")
        exit(2)
    }
    let n = 0
    let rest = text as str
    while len(rest) > 0 {
        lines[n] = split(&rest, '\n')
        n += 1
    }
    return lines[0..n]
}
