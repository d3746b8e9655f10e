# env(1): prints the environment, or runs a program in a changed one: env [-i] [-u NAME] [NAME=VALUE]... [COMMAND [ARG]...].

# Prints each variable on a line of its own.
fn show() {
    let at = 0
    while environ != nil && environ[at] != nil {
        println("{from_c(environ[at])}")
        at += 1
    }
}

# Takes a variable out.
fn unset(name: str) {
    if unsetenv(name) < 0 {
        eprintln("env: cannot unset '{name}': {strerror(-EINVAL)}")
        exit(125)
    }
}

# Takes the options; answers the index of the first operand.
fn take_options() -> int {
    let next = 1
    while next < len(args) {
        match args[next] {
            "-i" | "-" => {
                environ = nil
                environ_room = 0
            }
            "-u" => {
                next += 1
                if next == len(args) {
                    eprintln("env: option requires an argument -- 'u'")
                    exit(125)
                }
                unset(args[next])
            }
            "--" => return next + 1
            _ => {
                if starts_with(args[next], "-") {
                    eprintln("env: invalid option -- '{args[next][1]:c}'")
                    exit(125)
                }
                return next
            }
        }
        next += 1
    }
    return next
}

let next = take_options()
while next < len(args) && index_of(args[next], '=') >= 0 {
    let value = args[next]
    let name = split(&value, '=')
    let r = setenv(name, value)
    if r < 0 {
        eprintln("env: cannot set '{name}': {strerror(r)}")
        exit(125)
    }
    next += 1
}
if next == len(args) {
    show()
    exit(0)
}
let r = execvp(args[next], args[next..])
eprintln("env: '{args[next]}': {strerror(r)}")
if r == -ENOENT {
    exit(127)
}
exit(126)
