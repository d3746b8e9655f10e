# exec with few arguments, with many, with a path that is too long.
program count(args: [str]) {
    exit(len(args) % 256)
}

let status = run("/bin/count", ["count", "", "two words"])
assert WIFEXITED(status)
assert WEXITSTATUS(status) == 3

let many: [str; 200]
for i in 0..200 {
    many[i] = "an argument"
}
status = run("/bin/count", many)
assert WEXITSTATUS(status) == 200

assert exec("/bin/no such program", ["x"]) == -ENOENT

let long: [byte; 5000]
memset(&long[0], 'a', len(long))
assert exec(str(long[0..]), ["x"]) == -ENAMETOOLONG
assert exec(str(long[..4000]), ["x"]) == -ENAMETOOLONG
