# echo(1): its operands on one line, in one write(2); -n leaves the newline out.

let text: Formatter

# The operands from `first` on.
fn echo(first: int, newline: bool) {
    fmt_begin(&text, 1)
    for i in first..len(args) {
        if i > first {
            fmt_put(&text, " ")
        }
        fmt_put(&text, args[i])
    }
    if newline {
        fmt_put(&text, "\n")
    }
    fmt_end(&text)
}

if len(args) > 1 && args[1] == "-n" {
    echo(2, false)
} else {
    echo(1, true)
}
