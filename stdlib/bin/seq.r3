# seq(1): the whole numbers from FIRST, or 1, to LAST, in steps of STEP, or 1: seq [FIRST [STEP]] LAST.

let numbers = [1, 1, 1]
let out: Formatter

# Takes the number that an operand is.
fn take(text: str) -> int {
    let n = 0
    if !parse_int(text, &n) {
        eprintln("seq: invalid floating point argument: '{text}'")
        exit(1)
    }
    return n
}

if len(args) == 1 {
    eprintln("seq: missing operand")
    exit(1)
}
if len(args) > 4 {
    eprintln("seq: extra operand '{args[4]}'")
    exit(1)
}
let first = 1
let step = 1
let last = take(args[len(args) - 1])
if len(args) > 2 {
    first = take(args[1])
}
if len(args) > 3 {
    step = take(args[2])
}
if step == 0 {
    eprintln("seq: invalid Zero increment value: '{args[2]}'")
    exit(1)
}
fmt_begin(&out, 1)
while step > 0 && first <= last || step < 0 && first >= last {
    fmt_int(&out, first, 0)
    fmt_put(&out, "\n")
    first += step
}
fmt_end(&out)
