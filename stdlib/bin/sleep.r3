# sleep(1): waits for the sum of its operands, in seconds, perhaps with a fraction.

use options

# The nanoseconds in a text like 1, 0.25 or .5; -1 if it is no such number.
fn nanoseconds(text: str) -> int {
    let rest = text
    let whole = split(&rest, '.')
    if len(whole) + len(rest) == 0 || len(whole) > 9 {
        return -1
    }
    let ns = 0
    for i in 0..len(whole) {
        if !is_digit(whole[i]) {
            return -1
        }
        ns = ns * 10 + (whole[i] - '0') as int * 1000000000
    }
    let unit = 100000000
    for i in 0..len(rest) {
        if !is_digit(rest[i]) {
            return -1
        }
        ns += (rest[i] - '0') as int * unit
        unit /= 10
    }
    return ns
}

# The sum of the operands.
fn total() -> int {
    let sum = 0
    for text in args[1..] {
        let ns = nanoseconds(text)
        if ns < 0 {
            eprintln("sleep: invalid time interval '{text}'")
            exit(1)
        }
        sum += ns
    }
    return sum
}

if len(args) < 2 {
    missing_operand()
}
let ns = total()
let request = Timespec(tv_sec: ns / 1000000000, tv_nsec: ns % 1000000000)
nanosleep(&request)
