# Bytes and text: copying, comparing, searching, splitting, without allocation.

# memcpy(3): the ranges do not overlap.
fn memcpy(dst: *byte, src: *byte, n: int) {
    let i = 0
    while i + 64 <= n {
        *((dst + i) as *[byte; 64]) = *((src + i) as *[byte; 64])
        i += 64
    }
    while i < n {
        dst[i] = src[i]
        i += 1
    }
}

# memset(3).
fn memset(dst: *byte, value: byte, n: int) {
    let word = value as uint * 0x0101010101010101
    let words = dst as *uint
    for i in 0..n / 8 {
        words[i] = word
    }
    for i in n / 8 * 8..n {
        dst[i] = value
    }
}

# memcmp(3): negative, 0 or positive.
fn memcmp(a: *byte, b: *byte, n: int) -> int {
    for i in 0..n {
        if a[i] != b[i] {
            return a[i] as int - b[i] as int
        }
    }
    return 0
}

# strlen(3): the bytes before the NUL.
fn c_len(p: *byte) -> int {
    let n = 0
    while p[n] != 0 {
        n += 1
    }
    return n
}

# The C string at `p`, as a view.
fn from_c(p: *byte) -> str {
    return p[0..c_len(p)] as str
}

# What `==` of two strs calls.
fn str_equal(a: str, b: str) -> bool {
    return len(a) == len(b) && memcmp(address(a), address(b), len(a)) == 0
}

# strcmp(3): byte by byte; negative, 0 or positive.
fn compare(a: str, b: str) -> int {
    for i in 0..min(len(a), len(b)) {
        if a[i] != b[i] {
            return a[i] as int - b[i] as int
        }
    }
    return len(a) - len(b)
}

# Where byte `c` first stands in `s`; -1 if nowhere.
fn index_of(s: str, c: byte) -> int {
    for i in 0..len(s) {
        if s[i] == c {
            return i
        }
    }
    return -1
}

# Where byte `c` last stands in `s`; -1 if nowhere.
fn last_index_of(s: str, c: byte) -> int {
    let i = len(s) - 1
    while i >= 0 && s[i] != c {
        i -= 1
    }
    return i
}

# Where `part` first begins in `s`; -1 if nowhere.
fn find(s: str, part: str) -> int {
    for i in 0..len(s) - len(part) + 1 {
        if s[i..i + len(part)] == part {
            return i
        }
    }
    return -1
}

# Whether `s` begins with `part`.
fn starts_with(s: str, part: str) -> bool {
    return len(s) >= len(part) && s[..len(part)] == part
}

# Whether `s` ends with `part`.
fn ends_with(s: str, part: str) -> bool {
    return len(s) >= len(part) && s[len(s) - len(part)..] == part
}

# Whether a byte is white space, as isspace(3) has it.
fn is_space(c: byte) -> bool {
    return c == ' ' || '\t' <= c && c <= '\r'
}

# `s` without the white space at its ends.
fn trim(s: str) -> str {
    let from = 0
    let to = len(s)
    while from < to && is_space(s[from]) {
        from += 1
    }
    while to > from && is_space(s[to - 1]) {
        to -= 1
    }
    return s[from..to]
}

# strsep(3): takes the field before the next `c` off `rest` and answers it; the last field leaves "".
fn split(rest: *str, c: byte) -> str {
    let s = *rest
    let at = index_of(s, c)
    if at < 0 {
        *rest = ""
        return s
    }
    *rest = s[at + 1..]
    return s[..at]
}

# Takes the next run of bytes that are not white space off `rest`; "" if there is none.
fn next_word(rest: *str) -> str {
    let s = trim(*rest)
    let n = 0
    while n < len(s) && !is_space(s[n]) {
        n += 1
    }
    *rest = s[n..]
    return s[..n]
}

# Puts texts in the order of `compare`, in place: Shell's sort.
fn sort(texts: [str]) {
    let gap = len(texts) / 2
    while gap > 0 {
        for i in gap..len(texts) {
            let moving = texts[i]
            let at = i
            while at >= gap && compare(texts[at - gap], moving) > 0 {
                texts[at] = texts[at - gap]
                at -= gap
            }
            texts[at] = moving
        }
        gap /= 2
    }
}
