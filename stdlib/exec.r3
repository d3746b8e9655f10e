# execve(2): the arguments and the environment as the kernel wants them, tables of C strings.

# Where programs are looked for if the environment has no PATH.
const DEFAULT_PATH = "/bin:/sbin"

# execve(2) with the environment of this process: returns only if it failed, a negative errno.
fn exec(path: str, args: [str]) -> int {
    return exec_with(path, args, environ)
}

# execve(2): `env` are the texts NAME=value of the new environment. Returns only if it failed, a negative errno.
fn execve(path: str, args: [str], env: [str]) -> int {
    let size = table_size(env)
    let block = mmap(size)
    if failed(block) {
        return -E2BIG
    }
    let r = exec_with(path, args, lay_out(env, block as *uint))
    munmap(block, size)
    return r
}

# execvp(3): as exec, but a name without a slash is looked for in the directories of PATH.
fn execvp(file: str, args: [str]) -> int {
    if index_of(file, '/') >= 0 {
        return exec(file, args)
    }
    let rest = getenv("PATH", DEFAULT_PATH)
    let result = -ENOENT
    while len(rest) > 0 {
        let directory = split(&rest, ':')
        let r = exec_in(directory, file, args)
        if r != -ENOENT && r != -ENOTDIR {
            result = r
        }
    }
    return result
}

# exec of a file in a directory; "" is the working directory.
fn exec_in(directory: str, file: str, args: [str]) -> int {
    let path: [byte; 512]
    let n = 0
    if len(directory) > 0 {
        n = format(path, "{directory}/")
    }
    n += format(path[n..], "{file}")
    if n == len(path) {
        return -ENAMETOOLONG
    }
    return exec(path[0..n] as str, args)
}

# exec with a table of the environment.
fn exec_with(path: str, args: [str], env: **byte) -> int {
    let size = table_size(args)
    if size <= 1024 {
        return exec_from_stack(path, args, env)
    }
    return exec_from_mapping(path, args, env, size)
}

# exec for arguments that fit into 1,024 bytes, as most do.
fn exec_from_stack(path: str, args: [str], env: **byte) -> int {
    let block: [uint; 128]
    return path_call(SYS_execve, path, lay_out(args, &block[0]) as int, env as int)
}

# exec for any other: the mapping ends with the program that made it.
fn exec_from_mapping(path: str, args: [str], env: **byte, size: int) -> int {
    let block = mmap(size)
    if failed(block) {
        return -E2BIG
    }
    let r = path_call(SYS_execve, path, lay_out(args, block as *uint) as int, env as int)
    munmap(block, size)
    return r
}

# Lays out a table of C strings in `block`: addresses, nil, and behind it the texts.
fn lay_out(texts: [str], block: *uint) -> **byte {
    let text = (block + len(texts) + 1) as *byte
    for i in 0..len(texts) {
        block[i] = text as uint
        memcpy(text, address(texts[i]), len(texts[i]))
        text[len(texts[i])] = 0
        text = text + len(texts[i]) + 1
    }
    block[len(texts)] = 0
    return block as **byte
}

# The bytes that such a table and its texts take.
fn table_size(texts: [str]) -> int {
    let size = 8 * (len(texts) + 1)
    for text in texts {
        size += len(text) + 1
    }
    return size
}
