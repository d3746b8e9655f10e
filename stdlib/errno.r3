# What a system call answers when it fails: -1 to -4095, an errno of errno(3) with a minus.

# The name of the errno in an answer: errname(-2) is "ENOENT"; "OK" if it is no failure.
fn errname(r: int) -> str {
    if r >= 0 {
        return "OK"
    }
    match -r {
        EPERM => return "EPERM"
        ENOENT => return "ENOENT"
        ESRCH => return "ESRCH"
        EINTR => return "EINTR"
        EIO => return "EIO"
        ENXIO => return "ENXIO"
        E2BIG => return "E2BIG"
        ENOEXEC => return "ENOEXEC"
        EBADF => return "EBADF"
        ECHILD => return "ECHILD"
        EAGAIN => return "EAGAIN"
        ENOMEM => return "ENOMEM"
        EACCES => return "EACCES"
        EFAULT => return "EFAULT"
        ENOTBLK => return "ENOTBLK"
        EBUSY => return "EBUSY"
        EEXIST => return "EEXIST"
        EXDEV => return "EXDEV"
        ENODEV => return "ENODEV"
        ENOTDIR => return "ENOTDIR"
        EISDIR => return "EISDIR"
        EINVAL => return "EINVAL"
        ENFILE => return "ENFILE"
        EMFILE => return "EMFILE"
        ENOTTY => return "ENOTTY"
        ETXTBSY => return "ETXTBSY"
        EFBIG => return "EFBIG"
        ENOSPC => return "ENOSPC"
        ESPIPE => return "ESPIPE"
        EROFS => return "EROFS"
        EMLINK => return "EMLINK"
        EPIPE => return "EPIPE"
        EDOM => return "EDOM"
        ERANGE => return "ERANGE"
        EDEADLK => return "EDEADLK"
        ENAMETOOLONG => return "ENAMETOOLONG"
        ENOSYS => return "ENOSYS"
        ENOTEMPTY => return "ENOTEMPTY"
        ELOOP => return "ELOOP"
        EOVERFLOW => return "EOVERFLOW"
        EOPNOTSUPP => return "EOPNOTSUPP"
        ETIMEDOUT => return "ETIMEDOUT"
        _ => return "E?"
    }
}

# strerror(3) of the errno in an answer: strerror(-2) is "No such file or directory".
fn strerror(r: int) -> str {
    if r >= 0 {
        return "Success"
    }
    match -r {
        EPERM => return "Operation not permitted"
        ENOENT => return "No such file or directory"
        ESRCH => return "No such process"
        EINTR => return "Interrupted system call"
        EIO => return "Input/output error"
        ENXIO => return "No such device or address"
        E2BIG => return "Argument list too long"
        ENOEXEC => return "Exec format error"
        EBADF => return "Bad file descriptor"
        ECHILD => return "No child processes"
        EAGAIN => return "Resource temporarily unavailable"
        ENOMEM => return "Cannot allocate memory"
        EACCES => return "Permission denied"
        EFAULT => return "Bad address"
        ENOTBLK => return "Block device required"
        EBUSY => return "Device or resource busy"
        EEXIST => return "File exists"
        EXDEV => return "Invalid cross-device link"
        ENODEV => return "No such device"
        ENOTDIR => return "Not a directory"
        EISDIR => return "Is a directory"
        EINVAL => return "Invalid argument"
        ENFILE => return "Too many open files in system"
        EMFILE => return "Too many open files"
        ENOTTY => return "Inappropriate ioctl for device"
        ETXTBSY => return "Text file busy"
        EFBIG => return "File too large"
        ENOSPC => return "No space left on device"
        ESPIPE => return "Illegal seek"
        EROFS => return "Read-only file system"
        EMLINK => return "Too many links"
        EPIPE => return "Broken pipe"
        EDOM => return "Numerical argument out of domain"
        ERANGE => return "Numerical result out of range"
        EDEADLK => return "Resource deadlock avoided"
        ENAMETOOLONG => return "File name too long"
        ENOSYS => return "Function not implemented"
        ENOTEMPTY => return "Directory not empty"
        ELOOP => return "Too many levels of symbolic links"
        EOVERFLOW => return "Value too large for defined data type"
        EOPNOTSUPP => return "Operation not supported"
        ETIMEDOUT => return "Connection timed out"
        _ => return "Unknown error"
    }
}

# The answer of a call that has to succeed; if it failed, says so on descriptor 2 and exits with 1.
fn must(r: int) -> int {
    if -4096 < r && r < 0 {
        eprintln("{args[0]}: {errname(r)}: {strerror(r)}")
        exit(1)
    }
    return r
}
