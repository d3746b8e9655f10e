# execve(2): the arguments as the kernel wants them, a table of C strings.

# execve(2) with an empty environment: returns only if it failed, a negative errno.
fn exec(path: str, args: [str]) -> int {
    let size = argv_size(args)
    if size <= 1024 {
        return exec_from_stack(path, args)
    }
    return exec_from_mapping(path, args, size)
}

# exec for arguments that fit into 1,024 bytes, as most do.
fn exec_from_stack(path: str, args: [str]) -> int {
    let block: [uint; 128]
    return exec_from(path, args, &block[0])
}

# exec for any other: the mapping ends with the program that made it.
fn exec_from_mapping(path: str, args: [str], size: int) -> int {
    let block = mmap(size)
    if failed(block) {
        return -E2BIG
    }
    let r = exec_from(path, args, block as *uint)
    munmap(block, size)
    return r
}

# Lays argv out in `block` and calls the kernel; envp is the nil at the end of argv.
fn exec_from(path: str, args: [str], block: *uint) -> int {
    let text = (block + len(args) + 1) as *byte
    for i in 0..len(args) {
        block[i] = text as uint
        memcpy(text, address(args[i]), len(args[i]))
        text[len(args[i])] = 0
        text = text + len(args[i]) + 1
    }
    block[len(args)] = 0
    return path_call(SYS_execve, path, block as int, (block + len(args)) as int)
}

# The bytes that the table and its strings take.
fn argv_size(args: [str]) -> int {
    let size = 8 * (len(args) + 1)
    for arg in args {
        size += len(arg) + 1
    }
    return size
}
