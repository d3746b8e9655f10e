# Where a program begins: from the kernel's words on the stack to the first statement.
#
# execve(2) leaves there, from low to high addresses: argc, the argv pointers, nil, the envp pointers, nil, the
# auxiliary vector.

# The arguments of this program; args[0] is its name.
let args: [str]

# The room for `args`; a longer list gets a mapping of its own.
let args_table: [str; 64]

# The entry point: `stack` is the address of argc.
fn _start(stack: *uint) {
    take_args(stack[0] as int, stack + 1)
    __main()
    exit(0)
}

# Makes `args` of the C strings at argv, and finds the environment behind them.
fn take_args(argc: int, argv: *uint) {
    let table = &args_table[0]
    if argc > len(args_table) {
        table = mmap(argc * sizeof(str)) as *str
    }
    for i in 0..argc {
        table[i] = from_c(argv[i] as *byte)
    }
    args = table[0..argc]
    environ = (argv + argc + 1) as **byte
}
