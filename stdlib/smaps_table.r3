# The table of a process's areas that pmap -X prints: what /proc/PID/smaps tells, in columns.

use procfs

# A column: its name, the width of the longest value, the sum of all.
struct Column {
    name: [byte; 24]
    name_len: int
    width: int
    sum: int
}

let out: Formatter
let columns: [Column; 32]
let n_columns = 0
let inode_width = 0
let device_width = 5
let header_is_shown = false
let paths_are_whole = false
let first_address = 0
let last_address: uint

# Whether a text is a hexadecimal number.
fn is_hexadecimal(text: str) -> bool {
    for c in text {
        if !is_digit(c) && !('a' <= c && c <= 'f') {
            return false
        }
    }
    return len(text) > 0 && len(text) <= 16
}

# The hexadecimal number that a text is.
fn hexadecimal(text: str) -> int {
    let n = 0
    for c in text {
        if is_digit(c) {
            n = n * 16 + (c - '0')
        } else {
            n = n * 16 + (c - 'a') + 10
        }
    }
    return n
}

# Prints the table of a smaps file: with a header and sums or without, names of files as whole paths or not, of the areas
# that begin at these addresses.
fn smaps_table(path: str, header: bool, paths: bool, low: int, high: uint) {
    header_is_shown = header
    paths_are_whole = paths
    first_address = low
    last_address = high
    n_columns = 0
    inode_width = 0
    device_width = 5
    if header {
        inode_width = 5
        device_width = 6
    }
    each_line(path, false)
    if header {
        head()
    }
    each_line(path, true)
    if header {
        sums()
    }
}

# Goes through the file: measures the columns, or prints the rows.
fn each_line(path: str, prints: bool) {
    let fd = open(path)
    if fd < 0 {
        return
    }
    let r = Reader(fd: fd)
    let line: str
    let name: [byte; 128]
    let name_len = 0
    let shown = false
    let at = 0
    while read_line(&r, &line) {
        let rest = line
        let word = next_word(&rest)
        let dash = index_of(word, '-')
        if dash > 0 && is_hexadecimal(word[..dash]) {
            end_row(shown && prints, name[..name_len] as str)
            let start = hexadecimal(word[..dash])
            shown = start as uint >= first_address as uint && start as uint <= last_address
            if shown {
                name_len = format(name, "{begin_row(start, rest, prints)}")
            }
            at = 0
        } else if shown && is_column(word) {
            value(at, word[..len(word) - 1], number_at_front(next_word(&rest)), prints)
            at += 1
        }
    }
    end_row(shown && prints, name[..name_len] as str)
    close(fd)
}

# Whether a line of smaps is a column: of the sizes of pages, of the parts of Rss and of flags there is none.
fn is_column(word: str) -> bool {
    match word {
        "KernelPageSize:" | "MMUPageSize:" | "AnonHugePages:" | "VmFlags:" => return false
        "Shared_Clean:" | "Shared_Dirty:" | "Private_Clean:" | "Private_Dirty:" => return false
        _ => return true
    }
}

# Takes the first line of an area, behind its addresses; what is mapped.
fn begin_row(start: int, line: str, prints: bool) -> str {
    let rest = line
    let rights = next_word(&rest)
    let offset = next_word(&rest)
    let device = next_word(&rest)
    let inode = next_word(&rest)
    inode_width = max(inode_width, len(inode))
    device_width = max(device_width, len(device))
    if prints {
        let digits: [byte; 24]
        fmt_begin(&out, 1)
        right(digits[..format(digits, "{start:08x}")] as str, 16)
        right(rights, 5)
        right(offset, 9)
        right(device, device_width + 1)
        right(inode, inode_width + 1)
    }
    let name = trim(rest)
    if paths_are_whole || len(name) > 0 && name[0] == '[' {
        return name
    }
    return name[last_index_of(name, '/') + 1..]
}

# Takes the value of a column.
fn value(at: int, name: str, n: int, prints: bool) {
    let c = &columns[at]
    if prints {
        number(n, c.width + 1)
        return
    }
    if at == n_columns {
        c.name_len = format(c.name, "{name}")
        c.width = 1
        c.sum = 0
        if header_is_shown {
            c.width = len(name)
        }
        n_columns += 1
    }
    c.sum += n
    c.width = max(c.width, width_of(c.sum))
}

# Ends a row.
fn end_row(prints: bool, name: str) {
    if prints {
        fmt_put(&out, " ")
        fmt_put(&out, name)
        fmt_put(&out, "\n")
        fmt_end(&out)
    }
}

# Adds a text, at the right of so many places.
fn right(text: str, width: int) {
    fmt_fill(&out, " ", width - len(text))
    fmt_put(&out, text)
}

# Adds a number, at the right of so many places.
fn number(n: int, width: int) {
    let digits: [byte; 24]
    right(digits[..format(digits, "{n}")] as str, width)
}

# Prints the names of the columns.
fn head() {
    fmt_begin(&out, 1)
    right("Address", 16)
    right("Perm", 5)
    right("Offset", 9)
    right("Device", device_width + 1)
    right("Inode", inode_width + 1)
    for i in 0..n_columns {
        let c = &columns[i]
        right(c.name[..c.name_len] as str, c.width + 1)
    }
    end_row(true, "Mapping")
}

# Prints the sums.
fn sums() {
    let blank = 16 + 5 + 9 + device_width + 1 + inode_width + 1
    fmt_begin(&out, 1)
    fmt_fill(&out, " ", blank)
    for i in 0..n_columns {
        fmt_put(&out, " ")
        fmt_fill(&out, "=", columns[i].width)
    }
    end_row(true, "")
    fmt_begin(&out, 1)
    fmt_fill(&out, " ", blank)
    for i in 0..n_columns {
        number(columns[i].sum, columns[i].width + 1)
    }
    end_row(true, "KB ")
}
