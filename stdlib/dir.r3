# Directories, entry by entry, as opendir(3) and readdir(3) give them, without allocation.

# struct linux_dirent64 of getdents64(2), whose name follows as a C string: see name_of.
struct Dirent {
    d_ino: uint
    d_off: int
    d_reclen: u16
    d_type: byte
}

# Where the name begins: right behind d_type, in what would be padding.
const DIRENT_NAME = 19

# A directory that is being read.
struct Dir {
    fd: int
    from: int
    to: int
    buf: [byte; 1024]
}

# opendir(3): 0, or a negative errno.
must_use fn open_dir(dir: *Dir, path: str) -> int {
    dir.from = 0
    dir.to = 0
    dir.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return min(dir.fd, 0)
}

# readdir(3): the next entry, valid until the next call; nil after the last one.
fn next_entry(dir: *Dir) -> *Dirent {
    if dir.from == dir.to {
        dir.from = 0
        dir.to = max(getdents64(dir.fd, dir.buf), 0)
        if dir.to == 0 {
            return nil
        }
    }
    let entry = &dir.buf[dir.from] as *Dirent
    dir.from += entry.d_reclen
    return entry
}

# closedir(3).
fn close_dir(dir: *Dir) {
    close(dir.fd)
}

# The name of an entry.
fn name_of(entry: *Dirent) -> str {
    return from_c(entry as *byte + DIRENT_NAME)
}
