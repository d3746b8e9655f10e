# A program finds its arguments as they were given, empty ones too, and its name is what argv[0] says.
program show(args: [str]) {
    print("{len(args)}:")
    for arg in args {
        print(" <{arg[..min(len(arg), 12)]}> {len(arg)}")
    }
    println("")
    exit(len(args))
}

fn try_args(list: [str]) {
    let status = run("/bin/show", list)
    assert WEXITSTATUS(status) == len(list)
}

try_args(["show"])
try_args(["another name", "", "two words", "\n"])
let long = ['x'; 3000]
try_args(["show", long[0..2999] as str])
let many: [str; 20]
for i in 0..len(many) {
    many[i] = "a"
}
try_args(many)
