# head(1): the first lines of files, 10 or as many as -n N says.

let status = 0
let wanted = 10
let buf: [byte; 4096]

# Where the first `n` lines of `text` end, and in `n` how many are still wanted.
fn cut(text: [byte], n: *int) -> int {
    for i in 0..len(text) {
        if *n == 0 {
            return i
        }
        if text[i] == '\n' {
            *n -= 1
        }
    }
    return len(text)
}

# Copies the first lines of an open file.
fn head(fd: int, name: str) {
    let left = wanted
    while left > 0 {
        let n = read(fd, buf)
        if n < 0 {
            eprintln("head: error reading '{name}': {strerror(n)}")
            status = 1
        }
        if n <= 0 {
            return
        }
        if write_all(1, buf[0..cut(buf[0..n], &left)]) < 0 {
            exit(1)
        }
    }
}

# Copies the first lines of the file of that name, under a title if there are several.
fn head_file(name: str, titled: bool, apart: bool) {
    let fd = open(name)
    if fd < 0 {
        eprintln("head: cannot open '{name}' for reading: {strerror(fd)}")
        status = 1
        return
    }
    if titled && apart {
        println("")
    }
    if titled {
        println("==> {name} <==")
    }
    head(fd, name)
    close(fd)
}

# Reads -n N, -nN or -N; answers the index of the first operand.
fn take_count() -> int {
    if len(args) < 2 || len(args[1]) < 2 || args[1][0] != '-' {
        return 1
    }
    let text = args[1][1..]
    let next = 2
    if text == "n" && len(args) > 2 {
        text = args[2]
        next = 3
    } else if text[0] == 'n' {
        text = text[1..]
    }
    if !parse_int(text, &wanted) || wanted < 0 {
        eprintln("head: invalid number of lines: '{text}'")
        exit(1)
    }
    return next
}

let first = take_count()
if first == len(args) {
    head(0, "standard input")
}
let several = len(args) - first > 1
for i in first..len(args) {
    head_file(args[i], several, i > first)
}
exit(status)
