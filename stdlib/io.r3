# Reading and writing in more than one call: whole buffers, lines, small files.

# Writes all of `data`, in as many write(2) as it takes; answers len(data) or a negative errno.
fn write_all(fd: int, data: [byte]) -> int {
    let done = 0
    while done < len(data) {
        let n = write(fd, data[done..])
        if n <= 0 {
            return n
        }
        done += n
    }
    return done
}

# Reads until `buf` is full or the file ends; answers the bytes read or a negative errno.
must_use fn read_all(fd: int, buf: [byte]) -> int {
    let done = 0
    while done < len(buf) {
        let n = read(fd, buf[done..])
        if n < 0 {
            return n
        }
        if n == 0 {
            break
        }
        done += n
    }
    return done
}

# The first len(buf) bytes of a file, into `buf`; answers their number or a negative errno.
must_use fn read_file(path: str, buf: [byte]) -> int {
    let fd = open(path)
    if fd < 0 {
        return fd
    }
    let n = read_all(fd, buf)
    close(fd)
    return n
}

# Reads one line with its newline, a byte at a time, so that nothing beyond it is taken; 0 at the end of the file.
must_use fn getline(fd: int, buf: [byte]) -> int {
    let n = 0
    while n < len(buf) {
        let r = read(fd, buf[n..n + 1])
        if r < 0 {
            return r
        }
        if r == 0 || buf[n] == '\n' {
            return n + r
        }
        n += 1
    }
    return n
}

# A descriptor that is read by lines, through a small buffer. Begin with Reader(fd: fd).
struct Reader {
    fd: int
    from: int
    to: int
    buf: [byte; 512]
}

# The next line without its newline; false at the end. It is valid until the next call; a longer one comes in parts.
fn read_line(r: *Reader, line: *str) -> bool {
    let seen = r.from
    loop {
        while seen < r.to {
            if r.buf[seen] == '\n' {
                *line = r.buf[r.from..seen] as str
                r.from = seen + 1
                return true
            }
            seen += 1
        }
        seen -= r.from
        if !refill(r) {
            break
        }
    }
    *line = r.buf[r.from..r.to] as str
    let rest = r.to > r.from
    r.from = r.to
    return rest
}

# Moves what is unread to the front and reads more after it; false if nothing was added.
fn refill(r: *Reader) -> bool {
    for i in r.from..r.to {
        r.buf[i - r.from] = r.buf[i]
    }
    r.to -= r.from
    r.from = 0
    if r.to == len(r.buf) {
        return false
    }
    let n = read(r.fd, r.buf[r.to..])
    if n <= 0 {
        return false
    }
    r.to += n
    return true
}

# Whether a descriptor is a terminal: one that has settings (isatty(3)).
fn isatty(fd: int) -> bool {
    let settings: [byte; 64]
    return syscall(SYS_ioctl, fd, TCGETS, &settings) == 0
}

# Whether a mode is that of a directory (inode(7)).
fn S_ISDIR(mode: u32) -> bool {
    return mode & S_IFMT == S_IFDIR
}

# Whether a mode is that of a regular file.
fn S_ISREG(mode: u32) -> bool {
    return mode & S_IFMT == S_IFREG
}

# Whether a mode is that of a character device.
fn S_ISCHR(mode: u32) -> bool {
    return mode & S_IFMT == S_IFCHR
}
