# ls(1): the names in directories, sorted, one a line; -l describes each, -a shows those with a dot, too.

use dir
use options

const LONG = 1
const ALL = 2

# Names that were collected, in memory of malloc.
struct Names {
    first: *str
    count: int
    room: int
}

let flags = 0
let status = 0
let anything_shown = false

# Says what is wrong with a path and goes on.
fn complain(what: str, path: str, r: int) {
    eprintln("ls: cannot {what} '{path}': {strerror(r)}")
    status = 2
}

# Ends the program: malloc had nothing.
fn out_of_memory() {
    eprintln("ls: memory exhausted")
    exit(2)
}

# Adds a copy of `name`.
fn add(names: *Names, name: str) {
    if names.count == names.room {
        names.room = max(2 * names.room, 32)
        names.first = realloc(names.first as *byte, names.room * sizeof(str)) as *str
    }
    let copy = malloc(len(name))
    if names.first == nil || copy == nil {
        out_of_memory()
    }
    memcpy(copy, address(name), len(name))
    names.first[names.count] = copy[0..len(name)] as str
    names.count += 1
}

# Frees all that was collected.
fn drop(names: *Names) {
    for i in 0..names.count {
        free(address(names.first[i]))
    }
    free(names.first as *byte)
}

# Collects the names in a directory; false if it cannot be read.
fn collect(path: str, names: *Names) -> bool {
    let dir: Dir
    let r = open_dir(&dir, path)
    if r < 0 {
        complain("open directory", path, r)
        return false
    }
    loop {
        let entry = next_entry(&dir)
        if entry == nil {
            break
        }
        let name = name_of(entry)
        if name[0] != '.' || flags & ALL != 0 {
            add(names, name)
        }
    }
    close_dir(&dir)
    return true
}

# Shows what is in a directory.
fn list(path: str) {
    let names: Names
    if collect(path, &names) {
        let sorted = names.first[0..names.count]
        sort(sorted)
        if flags & LONG != 0 {
            show_long(path, sorted)
        } else {
            for name in sorted {
                println("{name}")
            }
        }
    }
    drop(&names)
}

# Shows a directory's names in the long format.
fn show_long(path: str, names: [str]) {
    let st: Stat
    let blocks = 0
    let links_width = 1
    let size_width = 1
    for name in names {
        if stat_in(path, name, &st) >= 0 {
            blocks += st.st_blocks
            links_width = max(links_width, width_of(st.st_nlink as int))
            size_width = max(size_width, width_of(st.st_size))
        }
    }
    println("total {blocks / 2}")
    for name in names {
        let r = stat_in(path, name, &st)
        if r < 0 {
            complain("access", name, r)
        } else {
            describe(&st, name, links_width, size_width)
        }
    }
}

# stat(2) of a name in a directory.
fn stat_in(path: str, name: str, st: *Stat) -> int {
    let full: [byte; 4096]
    let n = format(full, "{path}/{name}")
    return stat(full[0..n] as str, st)
}

# Prints one line of the long format: mode, links, owner, group, size, name.
# Linux: ls -l prints when the file was changed, too. Here: not, because the machine's clock starts with it.
fn describe(st: *Stat, name: str, links_width: int, size_width: int) {
    let line: Formatter
    let mode: [byte; 10]
    mode_text(st.st_mode, mode)
    fmt_begin(&line, 1)
    fmt_put(&line, mode)
    fmt_put(&line, " ")
    fmt_uint(&line, st.st_nlink, links_width)
    put_owner(&line, st.st_uid)
    put_owner(&line, st.st_gid)
    fmt_put(&line, " ")
    fmt_int(&line, st.st_size, size_width)
    fmt_put(&line, " ")
    fmt_put(&line, name)
    fmt_put(&line, "\n")
    fmt_end(&line)
}

# Adds the name of a user or group: root, or the number of any other.
fn put_owner(line: *Formatter, id: u32) {
    fmt_put(line, " ")
    if id == 0 {
        fmt_put(line, "root")
    } else {
        fmt_uint(line, id, 0)
    }
}

# The mode as ten letters, such as drwxr-xr-x.
fn mode_text(mode: u32, text: [byte]) {
    let letters = "rwxrwxrwx"
    text[0] = type_letter(mode)
    for i in 0..9 {
        text[i + 1] = '-'
        if mode >> (8 - i) & 1 != 0 {
            text[i + 1] = letters[i]
        }
    }
    if mode & S_ISVTX != 0 {
        text[9] = 't'
    }
}

# The letter for what kind of file a mode describes.
fn type_letter(mode: u32) -> byte {
    match mode & S_IFMT {
        S_IFDIR => return 'd'
        S_IFCHR => return 'c'
        S_IFBLK => return 'b'
        S_IFIFO => return 'p'
        S_IFLNK => return 'l'
        S_IFSOCK => return 's'
        _ => return '-'
    }
}

# Shows an operand that is not a directory; answers whether it was one.
fn show_file(path: str) -> bool {
    let st: Stat
    let r = stat(path, &st)
    if r < 0 {
        complain("access", path, r)
        return true
    }
    if S_ISDIR(st.st_mode) {
        return false
    }
    anything_shown = true
    if flags & LONG != 0 {
        describe(&st, path, 1, 1)
    } else {
        println("{path}")
    }
    return true
}

# Shows the operands: first the files, then the directories, each of several under its name.
fn list_all(paths: [str]) {
    let directories: Names
    for path in paths {
        if !show_file(path) {
            add(&directories, path)
        }
    }
    for i in 0..directories.count {
        if anything_shown {
            println("")
        }
        anything_shown = true
        if len(paths) > 1 {
            println("{directories.first[i]}:")
        }
        list(directories.first[i])
    }
}

let first = options("la", &flags, 2)
if first == len(args) {
    list(".")
} else {
    sort(args[first..])
    list_all(args[first..])
}
exit(status)
